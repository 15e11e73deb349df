/** Replaces a native package that is missing or does not load on this machine. */
throw new Error('this package does not load');

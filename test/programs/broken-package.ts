/** Stands in for a native package that is not there, or does not load on this machine. */
throw new Error('this package does not load');

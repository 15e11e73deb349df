/** After a terminal is lost (a dropped ssh), every call on it fails, and Node crashes when it
 * restores terminal modes at exit. Its descriptors are reopened on /dev/null, which Node notices
 * and skips. */
import { closeSync, openSync } from 'node:fs';
import { isatty } from 'node:tty';

const standard = [0, 1, 2] as const;

/** @returns a function that releases the current terminal if it has been lost; it can be called
 * repeatedly. */
export function watchTerminal(): () => void {
  const held = new Set(standard.filter(descriptor => isatty(descriptor)));
  return () => {
    for (const descriptor of held)
      if (!isatty(descriptor)) {
        held.delete(descriptor);
        closeSync(descriptor);
        // The lowest free descriptor is the one just closed.
        openSync('/dev/null', 'r+');
      }
  };
}

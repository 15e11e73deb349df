/** A terminal that is gone (ssh dropped): every call on it fails from then on, and Node, which gives a
 * terminal its modes back as it exits, crashes over that. Its descriptors are opened anew on /dev/null,
 * which Node notices and leaves alone. */
import { closeSync, openSync } from 'node:fs';
import { isatty } from 'node:tty';

const standard = [0, 1, 2] as const;

/** @returns what lets go of the terminal that we have now, if it is gone by then. Any number of times. */
export function watchTerminal(): () => void {
  const held = new Set(standard.filter(descriptor => isatty(descriptor)));
  return () => {
    for (const descriptor of held)
      if (!isatty(descriptor)) {
        held.delete(descriptor);
        closeSync(descriptor);
        // The lowest free number, which is the one that was closed.
        openSync('/dev/null', 'r+');
      }
  };
}

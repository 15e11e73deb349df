/** After a terminal is lost (a dropped ssh), every call on it fails, and Node crashes when it
 * restores terminal modes at exit. Its descriptors are reopened on /dev/null, which Node notices
 * and skips. */
import { closeSync, fstatSync, openSync } from 'node:fs';
import { isatty } from 'node:tty';
import { tryTo } from './try-to.ts';

const standard = [0, 1, 2] as const;

/** @returns a function that releases the current terminal if it has been lost; it can be called
 * repeatedly. */
export function watchTerminal(): () => void {
  const held = new Set(standard.filter(descriptor => isTerminal(descriptor)));
  return () => {
    for (const descriptor of held)
      if (!isTerminal(descriptor)) {
        held.delete(descriptor);
        closeSync(descriptor);
        // The lowest free descriptor is the one just closed.
        openSync('/dev/null', 'r+');
      }
  };
}

/** What is no device is no terminal: that is known without Node's module for terminals, which takes milliseconds to
 * load. */
function isTerminal(descriptor: number): boolean {
  const info = tryTo(() => fstatSync(descriptor));
  const isDevice = info?.isCharacterDevice() === true && !isMemoryDevice(info.rdev);
  return isDevice && isatty(descriptor);
}

/** `/dev/null` and the like have this major number on Linux (devices.txt of the kernel). */
function isMemoryDevice(device: number): boolean {
  return process.platform === 'linux' && device >> 8 === 1;
}

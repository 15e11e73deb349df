/** The write lease of fcntl(2): while it is held, whoever opens or truncates the file waits in that call, also a program
 * that knows no locks. Linux only, on local file systems, and only while no other process has the file open. The kernel takes
 * it back when its holder dies, or after /proc/sys/fs/lease-break-time (45 s). */
import { constants } from 'node:os';
import { loadKoffi } from './native-calls.ts';

/** fcntl(2) with a number as its argument. @returns -1 if it failed. */
export type Fcntl = (descriptor: number, command: number, argument: number) => number;

/** From fcntl.h of Linux. */
const commands = { setSignal: 10, setLease: 1024 };
const modes = { write: 1, none: 2 };
/** Others have the file open for as long as they read it. */
const takenWithinMs = 2;

let loaded: Promise<Fcntl | undefined> | undefined;

/** @returns nothing where there are no leases, or no way to call fcntl(2). Loaded once. */
export function leaseCalls(): Promise<Fcntl | undefined> {
  loaded ??= load().catch(() => undefined);
  return loaded;
}

async function load(): Promise<Fcntl | undefined> {
  if (process.platform !== 'linux') return undefined;
  const koffi = await loadKoffi();
  return koffi?.load(null).func<Fcntl>('int fcntl(int descriptor, int command, int argument)');
}

/** Does the work under a lease if one can be had, else without. */
export function whileLeased<T>(fcntl: Fcntl | undefined, descriptor: number, work: () => T): T {
  const isHeld = fcntl !== undefined && take(fcntl, descriptor);
  try {
    return work();
  } finally {
    if (isHeld) fcntl(descriptor, commands.setLease, modes.none);
  }
}

/** Lets nothing else in this process run while it tries. */
function take(fcntl: Fcntl, descriptor: number): boolean {
  // The kernel tells a holder that somebody waits: by default with SIGIO, which would end this process. SIGURG is ignored.
  if (fcntl(descriptor, commands.setSignal, constants.signals.SIGURG) !== 0) return false;
  const until = performance.now() + takenWithinMs;
  do {
    if (fcntl(descriptor, commands.setLease, modes.write) === 0) return true;
  } while (performance.now() < until);
  return false;
}

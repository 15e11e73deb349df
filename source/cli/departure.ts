/** How the program exits. Work in progress, above all a termination, is finished first: the first
 * signal stops gracefully, the second escalates, the third exits at once. */

import { printable } from '../text/printable.ts';
import { exitCodes } from './output.ts';

const signalCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
type StopSignal = keyof typeof signalCodes;

/** A poll is finished by then; anything slower must not delay the exit. */
const slowestStopMs = 3000;

type Departure = ReturnType<typeof createDeparture>;

export function createDeparture(exit: (code: number) => void) {
  const stopping = new AbortController();
  const escalating = new AbortController();
  const held = new Set<Promise<unknown>>();
  let count = 0;
  let ignoresHangUps = false;
  let first: StopSignal | undefined;
  let lostCode = 0;
  let hangUpInstead: (() => void) | undefined;
  let concluded: number | undefined;
  const codeFor = (code: number) => (first === undefined ? code || lostCode : signalCodes[first]);
  const leaveSoon = (code: number) =>
    void setTimeout(() => {
      if (held.size === 0) exit(code);
    }, slowestStopMs).unref();
  const departure = {
    /** Aborted by the first signal. */
    stopping: stopping.signal,
    /** Aborted by the second signal: escalate running kills to SIGKILL. */
    escalating: escalating.signal,
    /** @returns the final exit code: a signal's code takes precedence, and lost output is not a
     * success. */
    conclude(code: number): number {
      concluded = code;
      return codeFor(code);
    },
    /** Registers work that must not be interrupted. */
    hold<T>(work: Promise<T>): Promise<T> {
      held.add(work);
      const release = () => {
        held.delete(work);
        if (first !== undefined && held.size === 0) leaveSoon(signalCodes[first]);
      };
      work.then(release, release);
      return work;
    },
    /** Ignores hang-ups until the work is done: a wait for a server outlives its terminal. */
    async withoutHangUps<T>(work: () => Promise<T>): Promise<T> {
      ignoresHangUps = true;
      try {
        return await work();
      } finally {
        ignoresHangUps = false;
      }
    },
    /** Another machine has asked for this: its connection may drop. */
    ignoreHangUps(): void {
      ignoresHangUps = true;
    },
    onSignal(name: StopSignal): void {
      // The kernel, the shell and every failed write report the same hang-up; it must not
      // escalate.
      if (name === 'SIGHUP' && (first !== undefined || ignoresHangUps)) return;
      count++;
      first ??= name;
      stopping.abort();
      if (held.size === 0) {
        // The second signal does not wait for a hung poll.
        if (count > 1) exit(signalCodes[name]);
        else leaveSoon(signalCodes[name]);
      } else if (count === 2) escalating.abort();
      else if (count > 2) exit(signalCodes[name]);
    },
    /** A signal that was sent to this process. A lost terminal does not come this way. */
    onProcessSignal(name: StopSignal): void {
      if (name === 'SIGHUP' && hangUpInstead !== undefined) hangUpInstead();
      else departure.onSignal(name);
    },
    /** A guard does not stop on SIGHUP, and prints its status on SIGUSR1. */
    takeSignals(onHangUp: () => void, onStatus: () => void): void {
      hangUpInstead = onHangUp;
      process.on('SIGUSR1', onStatus);
    },
    /** The output has no reader: exit with `code` unless work is in progress. */
    onLostOutput(code: number): void {
      lostCode ||= code;
      if (held.size === 0) exit(codeFor(concluded ?? code));
    },
  };
  return departure;
}

/** A closed pipe (`vigil list | head -1`) is not an error. A full disk is one, and a lost
 * terminal counts as a hang-up even if no SIGHUP arrives. */
export function watchOutput(
  stdout: NodeJS.WriteStream,
  stderr: NodeJS.WriteStream,
  departure: Pick<Departure, 'onLostOutput' | 'onSignal'>,
): void {
  for (const stream of [stdout, stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') return departure.onLostOutput(exitCodes.done);
      if (error.code === 'EIO') return departure.onSignal('SIGHUP');
      if (stream === stdout)
        stderr.write(`vigil: cannot write to stdout: ${printable(error.message)}\n`);
      departure.onLostOutput(exitCodes.survived);
    });
}

/** How the program leaves: what must not be cut off, an ending above all, is finished first. The first
 * signal asks, the second one hurries, the third one goes. */

const signalCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
export type StopSignal = keyof typeof signalCodes;

export type Departure = {
  /** Aborted with the first signal. */
  readonly stopping: AbortSignal;
  /** Aborted with the second one: no more patience with who is being ended. */
  readonly hurrying: AbortSignal;
  /** What to leave with when all is done: a signal's code stands, and output that was lost is no
   * success. */
  conclude(code: number): number;
  /** Work that is not to be cut off. */
  hold<T>(work: Promise<T>): Promise<T>;
  /** Until the work is done a hang-up means nothing: whoever waits for a server outlives its terminal. */
  withoutHangUps<T>(work: () => Promise<T>): Promise<T>;
  onSignal(name: StopSignal): void;
  /** Nobody reads any more: `code` is left with, unless there is work. */
  onLostOutput(code: number): void;
};

/** A look is over by then; whatever is not shall not hold up a signal. */
const slowestStopMs = 3000;

export function createDeparture(exit: (code: number) => void): Departure {
  const stopping = new AbortController();
  const hurrying = new AbortController();
  const held = new Set<Promise<unknown>>();
  let count = 0;
  let isDeaf = false;
  let first: StopSignal | undefined;
  let lostCode = 0;
  let concluded: number | undefined;
  const codeFor = (code: number) => (first === undefined ? code || lostCode : signalCodes[first]);
  const leaveSoon = (code: number) =>
    void setTimeout(() => {
      if (held.size === 0) exit(code);
    }, slowestStopMs).unref();
  return {
    stopping: stopping.signal,
    hurrying: hurrying.signal,
    conclude(code) {
      concluded = code;
      return codeFor(code);
    },
    hold(work) {
      held.add(work);
      const release = () => {
        held.delete(work);
        if (first !== undefined && held.size === 0) leaveSoon(signalCodes[first]);
      };
      work.then(release, release);
      return work;
    },
    async withoutHangUps(work) {
      isDeaf = true;
      try {
        return await work();
      } finally {
        isDeaf = false;
      }
    },
    onSignal(name) {
      // The kernel, the shell and every write tell of one and the same hang-up; it is no impatience.
      if (name === 'SIGHUP' && (first !== undefined || isDeaf)) return;
      count++;
      first ??= name;
      stopping.abort();
      if (held.size === 0) {
        // The second one does not wait for a look that hangs.
        if (count > 1) exit(signalCodes[name]);
        else leaveSoon(signalCodes[name]);
      } else if (count === 2) hurrying.abort();
      else if (count > 2) exit(signalCodes[name]);
    },
    onLostOutput(code) {
      lostCode ||= code;
      if (held.size === 0) exit(codeFor(concluded ?? code));
    },
  };
}

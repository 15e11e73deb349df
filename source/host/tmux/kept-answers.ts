/** Answers of tmux servers that have not run since: for whatever changes in a server, it has to run. */
import { procRoot } from '../processes/process-source.ts';
import { textOf } from '../run/try-to.ts';

/** An answer is not used for longer than this. */
const longestMs = 5000;
/** By then a server has also noticed that the client has exited. */
const settledMs = 20;

type Answer<T> = {
  /** Of the socket file. */
  readonly identity: string;
  readonly serverPid: number;
  readonly value: T;
  readonly askedAt: number;
  /** What its server had run when it was still again; undefined before, and where that is unknown. */
  runs?: string;
};

export type KeptAnswers<T> = {
  /** The last answer at this socket, if asking again would bring the same. */
  at(path: string, identity: string): T | undefined;
  /** Asks, and keeps the answer.
   * @param query also returns the pid that the server says it has. */
  ask(
    path: string,
    identity: string,
    query: () => Promise<{ readonly value: T; readonly serverPid?: number }>,
  ): Promise<T>;
};

/** @param runsOf what a process has run so far, for comparison; empty where that cannot be read.
 * @param now steady clock, milliseconds. */
export function createKeptAnswers<T>(
  runsOf = runsInProc,
  now = () => performance.now(),
): KeptAnswers<T> {
  const answers = new Map<string, Answer<T>>();
  return {
    at(path, identity) {
      const answer = answers.get(path);
      const isSame =
        answer?.runs !== undefined &&
        answer.identity === identity &&
        now() - answer.askedAt < longestMs &&
        answer.runs === runsOf(answer.serverPid);
      return isSame ? answer.value : undefined;
    },
    async ask(path, identity, query) {
      const pidBefore = answers.get(path)?.serverPid;
      const runsBefore = pidBefore === undefined ? '' : runsOf(pidBefore);
      const askedAt = now();
      const { value, serverPid } = await query();
      answers.delete(path);
      if (serverPid === undefined) return value;
      const answer: Answer<T> = { identity, serverPid, value, askedAt };
      answers.set(path, answer);
      const settle = () => {
        const runs = runsOf(serverPid);
        // It ran to answer: where it seems not to have, the pid is one of another namespace.
        if (runs !== '' && runs !== runsBefore) answer.runs = runs;
      };
      if (serverPid === pidBefore && runsBefore !== '') setTimeout(settle, settledMs).unref();
      return value;
    },
  };
}

/** Times and number of its runs (Linux, Documentation/scheduler/sched-stats.rst): zeros where the kernel does not count
 * them. */
function runsInProc(pid: number): string {
  const text = textOf(`${procRoot}/${pid}/schedstat`);
  return text.startsWith('0 0 0') ? '' : text;
}

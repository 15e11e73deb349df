/** Identities where start times are known to the second: which of two processes with one pid and one start is which. */

/** What an exec keeps, and the command, which it changes. */
export type Seen = {
  readonly pid: number;
  readonly ppid: number;
  readonly pgid: number;
  readonly sid: number;
  readonly tty: number;
  readonly state: string;
  readonly startedAt: number;
  readonly command: string;
};

type Known = {
  /** As ps shows it, without the drift of the clock. */
  readonly second: number;
  readonly facts: Seen;
  /** When ps was started that showed these facts, by the steady clock. */
  readonly seenAt: number;
  /** Its start second was over for certain then. */
  readonly isSettled: boolean;
  /** Processes with this pid and second so far, less one. */
  readonly generation: number;
  /** A later table lacks it: what has its pid now is another process. */
  readonly isGone: boolean;
};

/** A start second is over for certain after this time: ps rounds it, and the boot time that it is added to. */
const youngMs = 3000;

export type StartTimes = ReturnType<typeof createStartTimes>;

/** When ps was started. */
type Times = {
  /** Epoch milliseconds. */
  readonly wall: number;
  /** Of a clock that is never set. */
  readonly steady: number;
};

/** Gives each process its start as text. A process that was seen after its start second had passed is known by pid and
 * second, whatever it runs since: its pid cannot be given away in that second any more. A pid that was seen only
 * within that second may have been given to another process; then what an exec does not change must agree. */
export function createStartTimes() {
  const known = new Map<number, Known>();
  let own: { readonly pid: number; readonly second: number } | undefined;
  return {
    /** @param isWhole the rows are all processes, not some.
     * @returns starts by pid; undefined if our own process is not among the rows, which then prove nothing. */
    read(
      rows: readonly Seen[],
      {
        self,
        at,
        isWhole,
      }: { readonly self: number; readonly at: Times; readonly isWhole: boolean },
    ): ReadonlyMap<number, string> | undefined {
      const ownSecond = rows.find(({ pid }) => pid === self)?.startedAt;
      if (ownSecond === undefined) return undefined;
      own ??= { pid: self, second: ownSecond };
      // Linux and FreeBSD add the boot time of now: if the clock is set, all start times move, ours too.
      const drift = ownSecond - own.second;
      const times = { wall: at.wall - drift, steady: at.steady };
      const starts = new Map<number, string>();
      for (const row of rows) starts.set(row.pid, startOf(row, row.startedAt - drift, times));
      if (isWhole) forgetMissing(starts, times);
      return starts;
    },
  };

  function startOf(facts: Seen, second: number, { wall, steady }: Times): string {
    const { pid } = facts;
    const before = known.get(pid);
    // A table that was begun earlier than the last one may show the former process of a pid.
    const isLate = before !== undefined && steady < before.seenAt;
    const isSettled = wall >= second + youngMs;
    const fresh = { second, facts, seenAt: steady, isSettled, isGone: false };
    if (before === undefined || before.second !== second) {
      if (!isLate) known.set(pid, { ...fresh, generation: 0 });
      return String(second);
    }
    const { generation } = before;
    const isSame = before.isSettled || (!before.isGone && isSameProcess(before.facts, facts));
    if (isLate) return isSame ? startText(second, generation) : `${second}-former`;
    const next = isSame ? generation : generation + 1;
    known.set(pid, { ...fresh, generation: next });
    return startText(second, next);
  }

  function forgetMissing(starts: ReadonlyMap<number, string>, { wall, steady }: Times): void {
    for (const [pid, each] of known) {
      if (starts.has(pid) || each.seenAt >= steady) continue;
      // Kept for as long as a process of the same second may still be seen for the first time.
      if (wall > each.second + 2 * youngMs) known.delete(pid);
      else if (!each.isGone) known.set(pid, { ...each, isGone: true });
    }
  }
}

/** Whether two starts of different runs of vigil are the same; only within one run is a second process of a second
 * known. */
export function isSameStart(one: string, other: string): boolean {
  return one === other || one.replace(/[+-].*$/, '') === other;
}

function startText(second: number, generation: number): string {
  return generation === 0 ? String(second) : `${second}+${generation}`;
}

/** Both were seen with one pid, within the second of their start. An exec keeps parent, group, session and terminal, so a
 * shell that becomes its program is the same process; so is one that has made itself a leader, or lost its parent.
 * What has neither the parent nor the session of the first is another process with its pid. */
function isSameProcess(before: Seen, now: Seen): boolean {
  // The dead do not return.
  if (before.state === 'Z' && now.state !== 'Z') return false;
  // A terminal is lost with the leader of its session.
  const isSameTerminal = before.tty === now.tty || now.tty === 0;
  const isSameSession = before.sid === now.sid && isSameTerminal;
  const hasSameCommand = before.command === now.command;
  const isAdopted = now.ppid <= 1;
  // Of a leader the session says nothing: it has the pid's own number.
  if (before.ppid !== now.ppid)
    return before.sid === before.pid
      ? isAdopted && isSameSession && hasSameCommand
      : isSameSession && before.pgid === now.pgid;
  // All that have lost their parent have the same one.
  if (isAdopted) return hasSameCommand || (isSameSession && before.sid !== before.pid);
  return isSameSession || now.sid === now.pid;
}

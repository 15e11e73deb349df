/** All that is known through ps: the process table, identities, and a last check right before a signal. One for the whole
 * program, since what an earlier reading has shown decides which process is which. */
import type { Process, ProcessRef, Reading } from '../../../core/model/model.ts';
import { createCpuShares } from './cpu-shares.ts';
import { wordsOfCommand } from './ps-columns.ts';
import { type PsTable, readTable, readTableNow } from './run-ps.ts';
import { createStartTimes, isSameStart } from './start-times.ts';

/** A check serves the calls that follow it without a pause: many signals need one ps. */
const burstMs = 5;
/** What only reads, and signals nothing, may rest on a table of this age. */
const recentMs = 100;

type Kept = { readonly start: string; readonly command: string; readonly argv: readonly string[] };

type Found = { readonly start: string; readonly state: string; readonly threads: number };

type Look = {
  readonly found: ReadonlyMap<number, Found>;
  /** Undefined for all processes. */
  readonly asked?: ReadonlySet<number>;
  readonly endedAt: number;
};

export type PsSource = ReturnType<typeof createPsSource>;

/** @param ps reads the table, of all processes or of some.
 * @param now steady clock, milliseconds. */
export function createPsSource(
  ps: {
    readonly later: () => Promise<Reading<PsTable>>;
    readonly now: (pids?: readonly number[]) => Reading<PsTable>;
  },
  self: number,
  now = () => performance.now(),
) {
  const startTimes = createStartTimes();
  const shares = createCpuShares();
  let kept = new Map<number, Kept>();
  let lastTable: Look | undefined;
  let lastCheck: Look | undefined;
  let bootedAt: number | undefined;
  /** When a check last failed: ps may have used up its whole time for that. */
  let failedAt = Number.NEGATIVE_INFINITY;
  const held = new Set<number>();

  /** @param asked undefined for all. */
  const startsIn = ({ rows, at }: PsTable, asked?: ReadonlySet<number>) => {
    // Some rows show fewer sessions than all: the group stands for the session where ps has none.
    const seen = rows.map(row => ({ ...row, sid: row.sid ?? row.pgid }));
    const starts = startTimes.read(seen, { self, at, isWhole: asked === undefined });
    if (starts === undefined) return undefined;
    bootedAt ??= rows.find(({ pid }) => pid === 1)?.startedAt;
    const found = new Map(
      rows.map(
        ({ pid, state, threads }) =>
          [pid, { start: starts.get(pid) ?? '', state, threads }] as const,
      ),
    );
    return { starts, look: { found, asked, endedAt: now() } };
  };

  const serves = (look: Look | undefined, pid: number, mostMs: number): look is Look =>
    look !== undefined && now() - look.endedAt <= mostMs && look.asked?.has(pid) !== false;

  /** @param mayBeRecent a table of the last poll will do.
   * @returns what ps shows of a process now; nothing if that could not be read. */
  const findNow = (pid: number, mayBeRecent: boolean): { readonly found?: Found } | undefined => {
    if (serves(lastCheck, pid, burstMs)) return { found: lastCheck.found.get(pid) };
    if (mayBeRecent && serves(lastTable, pid, recentMs)) return { found: lastTable.found.get(pid) };
    if (mayBeRecent && now() - failedAt <= recentMs) return undefined;
    lastCheck = undefined;
    const asked = new Set([pid, self, ...held, ...(bootedAt === undefined ? [1] : [])]);
    const table = ps.now([...asked]);
    const read = table.ok ? startsIn(table.value, asked) : undefined;
    if (read === undefined) {
      failedAt = now();
      return undefined;
    }
    lastCheck = read.look;
    return { found: read.look.found.get(pid) };
  };

  // The other threads of a dead leader may be running.
  const isDead = ({ state, threads }: Found) => 'ZX'.includes(state) && threads <= 1;

  return {
    /** @returns a table that was read after the call. */
    async read(): Promise<Reading<readonly Process[]>> {
      const table = await ps.later();
      if (!table.ok) return table;
      const read = startsIn(table.value);
      if (read === undefined) return { ok: false, reason: 'ps: vigil itself is not listed' };
      const { starts } = read;
      lastTable = read.look;
      const next = new Map<number, Kept>();
      const processes = table.value.rows.map(row => {
        const { pid, command } = row;
        const start = starts.get(pid) ?? '';
        const before = kept.get(pid);
        const isSame = before?.start === start && before.command === command;
        // What is known about a command line is kept by its array.
        const argv = isSame ? before.argv : wordsOfCommand(row);
        next.set(pid, { start, command, argv });
        return processOf(row, start, argv, shares.of(row, start, table.value.at.wall));
      });
      kept = next;
      shares.forget(starts);
      return { ok: true, value: processes };
    },
    /** The command line of a process in the last table, as ps shows it. */
    commandOf: ({ pid, start }: ProcessRef) => {
      const known = kept.get(pid);
      return known?.start === start ? known.command : undefined;
    },
    /** Every check reads these too: a burst of signals needs one ps. */
    hold(pids: readonly number[]) {
      for (const pid of pids) held.add(pid);
    },
    release(pids: readonly number[]) {
      for (const pid of pids) held.delete(pid);
    },
    /** What has become of a process of a table of this run: `gone` if it has exited, is a zombie, or another process has
     * its pid; `unread` if ps gave no answer, which proves nothing. */
    check({ pid, start }: ProcessRef): 'there' | 'gone' | 'unread' {
      const shown = findNow(pid, false);
      if (shown === undefined) return 'unread';
      const { found } = shown;
      return found === undefined || isDead(found) || found.start !== start ? 'gone' : 'there';
    },
    /** The same for a process that another run of vigil may have recorded. */
    checkRecorded({ pid, start }: ProcessRef): 'there' | 'gone' | 'unread' {
      const shown = findNow(pid, true);
      if (shown === undefined) return 'unread';
      const { found } = shown;
      return found === undefined || isDead(found) || !isSameStart(start, found.start)
        ? 'gone'
        : 'there';
    },
    /** The state letter; nothing if there is no such process. */
    stateOf: (pid: number) => findNow(pid, false)?.found?.state,
    self(): ProcessRef {
      return { pid: self, start: findNow(self, true)?.found?.start ?? '' };
    },
    /** When the first process was started, which is when the system was booted, epoch milliseconds. */
    bootedAt(): number | undefined {
      if (bootedAt === undefined) findNow(1, true);
      return bootedAt;
    },
  };
}

function processOf(
  row: PsTable['rows'][number],
  start: string,
  argv: readonly string[],
  cpuPercent: number,
): Process {
  const { pid, ppid, pgid, session, uid, threads, tty, state, startedAt, rssBytes, name } = row;
  return {
    ...{ pid, start, ppid, pgid, sid: session, uid, threads, tty, state, startedAt, rssBytes },
    ...{ name, argv, cpuPercent },
  };
}

/** The program's own. */
export const psSource: PsSource = createPsSource(
  { later: readTable, now: readTableNow },
  process.pid,
);

/** The last poll of a termination: whether zombies, a session or something in its place remain. */
import { isZombie } from '../inventory/process-tree.ts';
import { identityOf, type Process } from '../model/model.ts';
import type { Host } from '../ports/host.ts';
import type { SessionRef } from '../ports/sessions.ts';
import { describeLeft, type Left, leftOf } from './left.ts';
import { restartedAs } from './restarts.ts';
import type { TargetResult } from './result.ts';
import { type Restart, restartsIn } from './supervisors.ts';

/** What the last poll of a termination found of one target. */
export type Found = {
  /** No process of it remains, not even a zombie. */
  readonly isClean: boolean;
  /** Its session no longer exists. */
  readonly isSessionKilled: boolean;
  /** What of it is alive. */
  readonly left: readonly Left[];
  readonly errors: readonly string[];
  /** What was started in its place. */
  readonly again: readonly Process[];
  /** Those of them that a supervisor has started. */
  readonly restarts: readonly Restart[];
};

/** How long to wait for init or a subreaper to reap adopted zombies, which can take seconds. */
const reapingMs = 2000;
/** And for the parent that started it, such as a tmux server on a busy machine. One that never reaps is named then. */
const ownReapingMs = 1000;
const pollIntervalMs = 100;

type Earlier = {
  /** Identities of all processes when the termination began. */
  readonly before: ReadonlySet<string>;
  /** What an owner has brought back, by the target's key. */
  readonly back: ReadonlyMap<string, Process>;
};

/** The tmux servers that have not reaped what they started for these targets. */
function serversOf(results: readonly TargetResult[], zombies: readonly Process[]): SessionRef[] {
  const servers = new Map<number, SessionRef>();
  for (const { target, processes } of results) {
    const { session } = target;
    if (session === undefined) continue;
    const ids = new Set(processes.map(identityOf));
    const isOwn = (each: Process) => each.ppid === session.serverPid && ids.has(identityOf(each));
    if (zombies.some(isOwn)) servers.set(session.serverPid, session);
  }
  return [...servers.values()];
}

/** Looks for remaining zombies and sessions, and for sessions that were restarted. */
export async function lastPoll(
  host: Pick<Host, 'clock' | 'processes' | 'servers' | 'sessions'>,
  results: readonly TargetResult[],
  { before, back }: Earlier,
): Promise<(result: TargetResult) => Found> {
  const parents = new Map(
    results.flatMap(result => result.processes.map(each => [identityOf(each), each.ppid])),
  );
  /** Its parent has changed since it was first seen. */
  const isAdopted = (process: Process) => {
    const parent = parents.get(identityOf(process));
    return parent !== undefined && (process.ppid === 1 || process.ppid !== parent);
  };
  let reading = await host.processes.read();
  // Counted from here: on a busy machine that first poll alone can take as long.
  const since = host.clock.steadyNow();
  const isReaping = (mostMs: number, isIt: (process: Process) => boolean) =>
    host.clock.steadyNow() < since + mostMs &&
    reading.ok &&
    reading.value.some(each => isZombie(each) && isIt(each));
  let isAsked = false;
  while (
    isReaping(reapingMs, isAdopted) ||
    isReaping(ownReapingMs, each => parents.has(identityOf(each)))
  ) {
    await host.clock.sleep(pollIntervalMs);
    reading = await host.processes.read();
    const table = reading.ok ? reading.value : [];
    const slow: readonly SessionRef[] = isAsked ? [] : serversOf(results, table.filter(isZombie));
    for (const server of slow) await host.sessions.reapChildren(server);
    isAsked ||= slow.length > 0;
  }
  const servers = await host.servers.read();
  return result => {
    const { target, processes, outcome } = result;
    const { session } = target;
    const ids = new Set(processes.map(identityOf));
    const table = reading.ok ? reading.value : [];
    const remaining = table.filter(process => ids.has(identityOf(process)));
    const server = servers.find(each => each.path === session?.socketPath);
    const panes = server?.reading.ok ? server.reading.value : [];
    const isRead = session !== undefined && (server === undefined || server.reading.ok);
    const isThere = panes.some(
      pane =>
        pane.serverPid === session?.serverPid &&
        pane.sessionId === session.id &&
        pane.createdAt === session.createdAt,
    );
    const [again] = panes.filter(pane => !isThere && pane.sessionName === session?.name);
    const left = leftOf(result, table);
    const started = restartedAs(processes, table, before, again);
    return {
      again: started,
      restarts: restartsIn([...started, back.get(target.key) ?? []].flat(), table),
      isClean:
        reading.ok &&
        remaining.length + left.length + started.length === 0 &&
        outcome !== 'refused',
      isSessionKilled: isRead && !isThere,
      left,
      errors: [
        ...left.filter(each => !ids.has(identityOf(each)) && !each.isWanted).map(describeLeft),
        ...remaining
          .filter(isZombie)
          .map(({ pid, ppid }) => `pid ${pid} is dead but not reaped by its parent ${ppid}`),
        ...(again === undefined
          ? []
          : [`restarted: session ${again.sessionName} exists again, pane pid ${again.panePid}`]),
      ],
    };
  };
}

/** Whether the owner of what was ended has started it again: a daemon by its own record, a manager by its session. */
import type { Process } from '../model/model.ts';
import type { VendorRecord } from '../model/vendor-record.ts';
import type { Clock } from '../ports/clock.ts';
import type { Processes } from '../ports/processes.ts';
import type { Recorders } from '../ports/recorders.ts';
import type { TmuxServers } from '../ports/sessions.ts';
import type { Member } from './kill-set.ts';
import { startedAgain } from './managers-verbs.ts';
import type { TargetOwner } from './ownership.ts';

export type OwnerPorts = {
  readonly clock: Clock;
  readonly recorders: Recorders;
  readonly processes: Pick<Processes, 'read'>;
  readonly servers: Pick<TmuxServers, 'read'>;
};

/** Claude Code's daemon restarts a worker within 10 s. */
const respawnWaitMs = 15_000;
const pollMs = 250;

type Watched = {
  readonly key: string;
  readonly owner?: TargetOwner;
  readonly members: readonly Member[];
};

/** What is known when a termination is over.
 * @property isStopped whether the owner has confirmed the stop.
 * @property before identities of what was running when the termination began. */
type Over = {
  readonly isStopped: (key: string) => boolean;
  readonly before: ReadonlySet<string>;
};

/** Watches until the owners could have brought a target back.
 * @param ended targets of which no process is left.
 * @returns by the target's key, the process that it is again. */
export async function findBroughtBack(
  ports: OwnerPorts,
  ended: readonly Watched[],
  over: Over,
): Promise<ReadonlyMap<string, Process>> {
  const [byDaemons, byManagers] = await Promise.all([
    backByDaemons(ports, ended, over),
    backByManagers(ports, ended, over),
  ]);
  return new Map([...byDaemons, ...byManagers]);
}

/** How long a manager takes to notice that a session is gone; less where it has ended it itself. */
const managersWaitMs = { stopped: 2000, other: 3000 };
const managersPollMs = 500;

async function backByManagers(
  { clock, processes, servers }: OwnerPorts,
  ended: readonly Watched[],
  { isStopped, before }: Over,
): Promise<ReadonlyMap<string, Process>> {
  const found = new Map<string, Process>();
  // What was not asked is checked once, as every target is.
  const owned = ended.filter(({ owner }) => owner?.managed !== undefined && owner.stop);
  const areStopped = owned.every(({ key }) => isStopped(key));
  const deadline = clock.steadyNow() + (areStopped ? managersWaitMs.stopped : managersWaitMs.other);
  while (owned.length > 0) {
    const [table, read] = await Promise.all([processes.read(), servers.read()]);
    for (const { key, owner, members } of owned) {
      const end = { members, pane: owner?.managed?.pane };
      const again = table.ok ? startedAgain(end, table.value, read, before) : undefined;
      if (again !== undefined) found.set(key, again);
    }
    if (found.size === owned.length || clock.steadyNow() >= deadline) break;
    await clock.sleep(managersPollMs);
  }
  return found;
}

/** Where a daemon has confirmed the stop, its record is read once. */
async function backByDaemons(
  { clock, recorders, processes }: OwnerPorts,
  ended: readonly Watched[],
  { isStopped }: Over,
): Promise<ReadonlyMap<string, Process>> {
  const found = new Map<string, Process>();
  const owned = ended.filter(({ owner }) => owner !== undefined && owner.managed === undefined);
  const deadline =
    clock.steadyNow() + (owned.every(({ key }) => isStopped(key)) ? 0 : respawnWaitMs);
  while (owned.length > 0) {
    const table = await processes.read();
    const byPid = new Map((table.ok ? table.value : []).map(each => [each.pid, each]));
    for (const { key, owner } of owned) {
      const identity = owner && recordOf(owner, recorders)?.identity;
      const process = byPid.get(identity?.pid ?? 0);
      if (process !== undefined && process.start === identity?.start) found.set(key, process);
    }
    if (found.size === owned.length || clock.steadyNow() >= deadline) break;
    await clock.sleep(pollMs);
  }
  return found;
}

function recordOf(owner: TargetOwner, recorders: Recorders): VendorRecord | undefined {
  const { directory, uid, id } = owner;
  const vendor = owner.kind === 'claude-daemon' ? 'claude' : 'codex';
  return recorders
    .read([{ vendor, path: directory, uid }])
    .filter(each => each.directory === directory)
    .flatMap(({ reading }) => (reading.ok ? reading.value : []))
    .find(record => record.role === 'agent' && record.owner?.id === id);
}

/** Agents that a daemon of their vendor or another manager brings back. It is asked to stop them first; whatever it
 * answers, an agent counts as ended only if no process of it is left, and nothing is started in its place. */

import { isManaged } from '../evidence/manager-owners.ts';
import { type PaneRef, paneOf } from '../model/inspection.ts';
import type { Inventory, Process, Reading, Row, RowProcess } from '../model/model.ts';
import type { ManagedBy, RecordOwner, VendorRecord } from '../model/vendor-record.ts';
import type { Clock } from '../ports/clock.ts';
import type { Owners, StopCommand } from '../ports/owners.ts';
import type { Processes } from '../ports/processes.ts';
import type { Recorders } from '../ports/recorders.ts';
import type { SessionControl, TmuxServers } from '../ports/sessions.ts';
import { baseName } from '../programs/command-line.ts';
import { managerName } from '../programs/managers.ts';
import type { Member } from './kill-set.ts';
import { managersNote, managersStop, startedAgain } from './managers-verbs.ts';

/** What would bring a target back, and how to prevent it. */
export type TargetOwner = {
  readonly kind: RecordOwner['kind'];
  readonly pid?: number;
  readonly id: string;
  readonly directory: string;
  readonly uid: number;
  readonly stop?: StopCommand;
  readonly managed?: ManagedBy;
};

/** @returns what has to be asked before the signals, for an agent that is not alone responsible for itself. */
export function ownersOf(row: Row, inventory: Inventory, hosts: readonly Row[]) {
  const agent = agentOf(row);
  const shared = row.owner === undefined || isManaged(row) ? hostsOf(row, hosts) : [];
  const work = shared.flatMap(workIn);
  return {
    owner: row.owner && agent && ownerOf(row.owner, agent, inventory),
    interrupt: shared.length > 0 ? paneOf(row, inventory) : undefined,
    mayGoOn: work.length > 0 ? work : undefined,
  };
}

/** What a manager has started may be any program. */
function agentOf({ processes, owner }: Row): RowProcess | undefined {
  return processes.find(({ role }) => role === 'agent') ?? (owner?.managed && processes[0]);
}

function ownerOf(owner: RecordOwner, agent: Process, inventory: Inventory): TargetOwner {
  if (owner.managed !== undefined)
    return { ...owner, uid: agent.uid, stop: managersStop(owner, agent, inventory) };
  const { executable, directories } = inventory.origins.get(agent.pid) ?? {};
  // Another user's program is never run; an interpreter is not the program.
  const isOwn = agent.uid === inventory.machine.uid;
  const isProgram = baseName(executable ?? '').startsWith(baseName(owner.stop?.[0] ?? '/'));
  const stop =
    owner.stop !== undefined && executable !== undefined && isOwn && isProgram
      ? { executable, words: owner.stop.slice(1), env: Object.fromEntries(directories ?? []) }
      : undefined;
  return { ...owner, uid: agent.uid, stop };
}

/** @param hosts the daemons of the snapshot.
 * @returns what else a user should know before the row is ended. */
export function notesOn(row: Row, inventory: Inventory, hosts: readonly Row[]): readonly string[] {
  const { owner, clients = [] } = row;
  if (owner?.managed !== undefined) {
    const agent = agentOf(row);
    const isAsked = agent !== undefined && managersStop(owner, agent, inventory) !== undefined;
    return [managersNote(owner, isAsked), ...notesOnDaemons(row, hosts)];
  }
  const served = clients.map(pid => `pid ${pid}`).join(', ');
  if (row.class === 'host')
    return clients.length === 0 ? [] : [`it serves ${served}: their work ends with it`];
  if (owner?.stop !== undefined)
    return [`its daemon (pid ${owner.pid ?? '?'}) is asked first: ${owner.stop.join(' ')}`];
  return notesOnDaemons(row, hosts);
}

function notesOnDaemons(row: Row, hosts: readonly Row[]): readonly string[] {
  return hostsOf(row, hosts).map(host => {
    const { processes, clients: all = [] } = host;
    const shared = all.length === 1 ? 'used by no other agent' : `shared by ${all.length}`;
    const others = workIn(host)
      .map(({ pid }) => `pid ${pid}`)
      .join(', ');
    const rest = others === '' ? '' : `; ${others} in it may be its work and would go on`;
    return `its work runs in the daemon pid ${processes[0]?.pid} (${shared}), which stays${rest}`;
  });
}

/** Commands that a daemon runs for a client that nothing names; its servers are shared. */
function workIn({ processes }: Row): readonly RowProcess[] {
  return processes.filter(({ role }) => role === 'child' || role === 'support');
}

/** The daemons that run the turns of an agent. */
function hostsOf({ class: own, processes }: Row, hosts: readonly Row[]): readonly Row[] {
  const pids = new Set(own === 'host' ? [] : processes.map(({ pid }) => pid));
  return hosts.filter(({ clients }) => clients?.some(pid => pids.has(pid)));
}

type Owned = { readonly key: string; readonly owner?: TargetOwner };

export type OwnerPorts = {
  readonly clock: Clock;
  readonly owners: Owners;
  readonly recorders: Recorders;
  readonly processes: Pick<Processes, 'read'>;
  readonly servers: Pick<TmuxServers, 'read'>;
};

/** Claude Code's daemon restarts a worker within 10 s. */
const respawnWaitMs = 15_000;
const pollMs = 250;

/** Asks all owners at once. @returns by the target's key, the answer; targets whose owner cannot be asked are
 * missing. */
export async function askOwners(
  { owners }: Pick<OwnerPorts, 'owners'>,
  targets: readonly Owned[],
): Promise<ReadonlyMap<string, Reading<true>>> {
  const asked = targets.map(async ({ key, owner }) =>
    owner?.stop === undefined ? [] : [[key, await owners.stop(owner.stop)] as const],
  );
  return new Map((await Promise.all(asked)).flat());
}

/** @returns why a manager has not stopped a target, in a sentence; none if it has, or was not asked. */
export function answerOf(
  target: { readonly key: string; readonly owner?: TargetOwner | undefined },
  answers: ReadonlyMap<string, Reading<true>>,
): readonly string[] {
  const answer = answers.get(target.key);
  if (target.owner?.managed === undefined || answer === undefined || answer.ok) return [];
  return [`${managerName(target.owner.kind)} did not stop it: ${answer.reason}`];
}

/** How long a client takes to interrupt its turn. */
const interruptMs = 1000;

/** Interrupts the turns of clients whose work runs in a shared daemon: the daemon outlives them, and so would the
 * work. */
export async function interruptClients(
  {
    sessions,
    clock,
  }: Pick<OwnerPorts, 'clock'> & { readonly sessions: Pick<SessionControl, 'interrupt'> },
  targets: readonly { readonly interrupt?: PaneRef }[],
): Promise<void> {
  const panes = targets.flatMap(({ interrupt }) => interrupt ?? []);
  if (panes.length === 0) return;
  await Promise.all(panes.map(pane => sessions.interrupt(pane)));
  await clock.sleep(interruptMs);
}

type Watched = Owned & { readonly members: readonly Member[] };

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

/** One look at a daemon's record is enough where it has confirmed the stop. */
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

/** Agents that a daemon of their vendor or another manager brings back. It is asked to stop them first; whatever it
 * answers, an agent counts as ended only if no process of it is left, and nothing is started in its place. */

import { isManaged } from '../evidence/manager-owners.ts';
import { type PaneRef, paneOf } from '../model/inspection.ts';
import {
  type Inventory,
  identityOf,
  type Process,
  type Reading,
  type Row,
  type RowProcess,
} from '../model/model.ts';
import type { ManagedBy, RecordOwner } from '../model/vendor-record.ts';
import type { Clock } from '../ports/clock.ts';
import type { Owners, StopCommand } from '../ports/owners.ts';
import type { SessionControl } from '../ports/sessions.ts';
import { baseName } from '../programs/command-line.ts';
import { managerName } from '../programs/managers.ts';
import { managersNote, managersStop } from './managers-verbs.ts';
import { processesIn } from './since-plan.ts';

/** What would bring a target back, and how to prevent it. */
export type TargetOwner = {
  readonly kind: RecordOwner['kind'];
  readonly pid?: number;
  readonly id: string;
  readonly directory: string;
  readonly uid: number;
  readonly stop?: StopCommand;
  readonly managed?: ManagedBy;
  /** Identities of what was running in the session that its manager would end. */
  readonly around?: readonly string[];
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
  if (owner.managed !== undefined) {
    const { managed } = owner;
    const { servers, processes } = inventory;
    const table = processes.ok ? processes.value : [];
    const around = managed.pane && processesIn(managed.pane, table, servers).map(identityOf);
    return { ...owner, uid: agent.uid, stop: managersStop(owner, agent, inventory), around };
  }
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

/** Asks all owners at once.
 * @param changed by the target's key, why its owner is not asked any more.
 * @returns by the target's key, the answer; targets whose owner cannot be asked are missing. */
export async function askOwners(
  { owners }: { readonly owners: Owners },
  targets: readonly Owned[],
  changed: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, Reading<true>>> {
  const answer = async ({ key, owner }: Owned): Promise<Reading<true> | undefined> => {
    const reason = changed.get(key);
    if (reason !== undefined) return { ok: false, reason: `it was not asked, since ${reason}` };
    return owner?.stop && (await owners.stop(owner.stop));
  };
  const asked = targets.map(async target => {
    const given = await answer(target);
    return given === undefined ? [] : [[target.key, given] as const];
  });
  return new Map((await Promise.all(asked)).flat());
}

/** @returns the command line that asks its owner, as a user would write it. */
export function commandFor({ owner }: { readonly owner?: TargetOwner }): string | undefined {
  return owner?.stop && [owner.stop.executable, ...owner.stop.words].join(' ');
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
  }: { readonly clock: Clock; readonly sessions: Pick<SessionControl, 'interrupt'> },
  targets: readonly { readonly interrupt?: PaneRef }[],
): Promise<void> {
  const panes = targets.flatMap(({ interrupt }) => interrupt ?? []);
  if (panes.length === 0) return;
  await Promise.all(panes.map(pane => sessions.interrupt(pane)));
  await clock.sleep(interruptMs);
}

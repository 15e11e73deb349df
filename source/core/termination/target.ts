/** A target of a plan, fixed when it was requested: identities, never row numbers. */

import { idOfMark } from '../evidence/pane-proofs.ts';
import { sums } from '../inventory/draft.ts';
import { isZombie } from '../inventory/process-tree.ts';
import { isOurs } from '../inventory/scene.ts';
import type { Inventory, Pane, Process, Row } from '../model/model.ts';
import type { SessionRef } from '../ports/sessions.ts';
import { commandOf } from '../programs/process-name.ts';
import { sessionOf } from '../rows/session-of.ts';
import { type Marks, type Member, memberOf } from './kill-set.ts';
import type { Refusal } from './refusal.ts';
import type { Spared, SpareReason, SpareRules } from './spare.ts';

/** A row in a plan: terminated or refused. */
export type EndTarget = Ended | Refused;

export type Ended = Planned & {
  readonly refused?: undefined;
  readonly marks: Marks;
  /** Memory and CPU that its members use now. */
  readonly rssBytes: number;
  readonly cpuPercent: number;
  /** Only in a displayed plan. */
  readonly ports?: Ports;
  /** Only in a displayed plan: files to remove or archive once it is dead. */
  readonly files?: readonly PlannedFile[];
};

/** No process of it is signalled. */
export type Refused = Planned & { readonly refused: Refusal };

type Planned = {
  /** The row's key. */
  readonly key: string;
  readonly agentId?: string;
  readonly task?: string;
  readonly class: Row['class'];
  readonly session?: SessionRef;
  /** Why its session is kept. */
  readonly keepsSession?: string;
  /** `Row.verdict` when the plan was made. */
  readonly verdict?: string;
  /** Named by the user, not by its class; it is not judged again. */
  readonly isNamed: boolean;
  readonly mayBeAttached?: boolean;
  readonly members: readonly Member[];
  readonly spared: readonly Spared[];
};

/** A file listed in a plan. */
export type PlannedFile = {
  /** Absolute. */
  readonly path: string;
  readonly kind: 'prompt' | 'log';
  readonly work: 'remove' | 'archive';
  readonly reason: string;
};

export type Ports = {
  /** TCP ports that members listen on, sorted. */
  readonly known: readonly number[];
  /** Pids of members whose sockets we cannot read: unknown, not empty. */
  readonly unknownOf: readonly number[];
};

/** How a row was selected. */
export type Selection = {
  /** Named by the user, not by its class. */
  readonly isNamed: boolean;
  /** Terminate it even if a client is attached to its session. */
  readonly mayBeAttached?: boolean;
  /** Include a suspected orphan, whose agent is not proven to be gone. */
  readonly includesSuspected?: boolean;
  /** Every source was readable in the poll that the row comes from. */
  readonly isReadable: boolean;
};

type TargetSources = {
  readonly inventory: Inventory;
  /** The pane of each cgroup scope. */
  readonly scopes: ReadonlyMap<string, Pane>;
  readonly spare: SpareRules;
};

export function targetOf(
  row: Row,
  selection: Selection,
  { inventory, scopes, spare }: TargetSources,
): EndTarget {
  // Never kill a user's own session for the agent that runs in it.
  const session = row.class === 'interactive' ? undefined : sessionOf(row, inventory);
  const holders = terminalHolders(row, inventory, spare);
  const panes = row.panes ?? [];
  const members: Member[] = [];
  const spared: Spared[] = [];
  const ended: Process[] = [];
  let isBelow = false;
  for (const process of row.processes) {
    if (isZombie(process)) continue;
    const reason = spare(process, inventory.origins.get(process.pid)) ?? holders.get(process.pid);
    if (reason === undefined) {
      ended.push(process);
      members.push({ ...memberOf(process, process.reason), role: process.role });
    } else {
      isBelow ||= reason.kind === 'ancestor' || reason.kind === 'self';
      spared.push({ pid: process.pid, command: commandOf(process), reason });
    }
  }
  const refused = isBelow
    ? ({ kind: 'self', text: 'vigil itself runs in it' } as const)
    : (outOfReach(row, inventory) ?? refusalOf(row, inventory, selection));
  const planned: Planned = {
    key: row.key,
    agentId: row.agentId,
    task: row.task,
    class: row.class,
    // Killing the session would hang up spared processes in it.
    session:
      row.keepsSession !== undefined || session?.panes.some(pane => holders.has(pane.panePid))
        ? undefined
        : session?.ref,
    keepsSession: session === undefined ? undefined : row.keepsSession?.text,
    verdict: row.verdict,
    isNamed: selection.isNamed,
    mayBeAttached: selection.mayBeAttached,
    members,
    spared,
  };
  if (refused !== undefined) return { ...planned, refused };
  return {
    ...planned,
    marks: {
      agentId: row.agentId,
      agentMarks: new Set(marksOf(row, inventory)),
      panes: new Set(panes.map(pane => pane.paneId)),
      serverPid: panes[0]?.serverPid,
      scopes: scopesOf(panes, scopes),
      uids: new Set(row.processes.map(process => process.uid)),
    },
    ...sums(ended),
  };
}

/** Refuse another user's agent: we could end its session and helpers, but not the agent itself. */
function outOfReach(row: Row, { machine }: Inventory): Refusal | undefined {
  const program = row.processes.find(
    each => each.role === 'agent' && !isZombie(each) && !isOurs(each, machine),
  );
  return program === undefined
    ? undefined
    : {
        kind: 'out-of-reach',
        text: `its agent program (pid ${program.pid}) belongs to uid ${program.uid}; only that user or root may end it`,
      };
}

function refusalOf(
  row: Row,
  { foreign }: Inventory,
  { isNamed, mayBeAttached, includesSuspected, isReadable }: Selection,
): Refusal | undefined {
  const notOurs = row.workspace === undefined ? undefined : foreign?.get(row.workspace);
  if (notOurs !== undefined) return { kind: 'foreign', text: notOurs };
  // An unsettled verdict does not protect a named row whose members are known. Without members its processes
  // may be hidden (hidepid), so do not claim that it was empty.
  const isKnown = isNamed && isReadable && row.processes.length > 0;
  if (row.class === 'unknown' && !isKnown) {
    const why = row.evidence.findLast(({ strength }) => strength === 'doubt')?.text;
    const text = 'its class could not be established, so nothing of it is signalled';
    return { kind: 'unknown', text: why === undefined ? text : `${text}: ${why}` };
  }
  if (row.class === 'zombie')
    return {
      kind: 'zombie',
      text: 'already dead, cannot be signalled; its parent must reap it',
    };
  if (isNamed) return undefined;
  if (row.class === 'interactive')
    return { kind: 'interactive', text: 'interactive agents are only ended by name' };
  if (row.confidence === 'suspected' && includesSuspected !== true)
    return { kind: 'suspected', text: suspicionOf(row) };
  if (row.spared !== undefined) return { kind: 'claim', text: row.spared.text };
  if ((row.session?.attached ?? 0) > 0 && mayBeAttached !== true)
    return {
      kind: 'attached',
      text: 'a client is attached to its session; name it to end it anyway',
    };
  return undefined;
}

/** Why an orphan is only suspected. */
function suspicionOf(row: Row): string {
  const known = row.evidence.find(({ strength }) => strength === 'hint')?.text;
  const seen = known === undefined ? '' : `${known}; `;
  return `suspected only: ${seen}no proof that its agent is gone (--include-suspected ends it anyway)`;
}

/** Deploy marks of its own processes. */
function marksOf({ agentId, processes }: Row, { origins }: Inventory): readonly string[] {
  return processes
    .flatMap(({ pid }) => origins.get(pid)?.agentMark ?? [])
    .filter(mark => idOfMark(mark) === agentId);
}

function scopesOf(panes: readonly Pane[], scopes: ReadonlyMap<string, Pane>): ReadonlySet<string> {
  const pids = new Set(panes.map(pane => pane.panePid));
  return new Set([...scopes].flatMap(([scope, pane]) => (pids.has(pane.panePid) ? [scope] : [])));
}

/** Session leaders, by pid, whose terminal is also used by a process that is not terminated. The exit of a leader
 * sends SIGHUP to the programs on its terminal. */
function terminalHolders(
  row: Row,
  inventory: Inventory,
  spare: SpareRules,
): ReadonlyMap<number, SpareReason> {
  const table = inventory.processes.ok ? inventory.processes.value : [];
  const own = new Map(row.processes.map(process => [process.pid, process]));
  const leaders = row.processes.filter(({ pid, sid }) => pid === sid);
  if (leaders.length === 0) return new Map();
  const bySession = new Map(leaders.map(leader => [leader.sid, leader]));
  const held = new Map<number, SpareReason>();
  for (const process of table) {
    const leader = bySession.get(process.sid);
    if (leader === undefined || process === leader || process.tty === 0) continue;
    if (isZombie(process) || leader.pid === process.pid) continue;
    const why = spare(process, inventory.origins.get(process.pid));
    const isGuest = !own.has(process.pid) || (why !== undefined && why.kind !== 'other-row');
    if (!isGuest) continue;
    const text = `it leads the terminal of pid ${process.pid}, which is ${why?.text ?? 'not the agent’s'}`;
    held.set(leader.pid, { kind: 'terminal', text });
  }
  return held;
}

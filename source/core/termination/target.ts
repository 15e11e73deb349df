/** A target of a plan, fixed when it was requested: identities, never row numbers. */

import { sums } from '../inventory/draft.ts';
import { isZombie } from '../inventory/process-tree.ts';
import { isOurs } from '../inventory/scene.ts';
import type { PaneRef } from '../model/inspection.ts';
import type { Inventory, Pane, Process, Row, RowProcess } from '../model/model.ts';
import type { SessionRef } from '../ports/sessions.ts';
import { nameOf } from '../rows/describe.ts';
import { sessionOf } from '../rows/session-of.ts';
import { missingProofOf } from '../rows/suspicion.ts';
import { type Marks, type Member, memberOf } from './kill-set.ts';
import { notesOn, ownersOf, type TargetOwner } from './ownership.ts';
import { type Refusal, sparedRefusal } from './refusal.ts';
import { type Spared, type SpareReason, type SpareRules, sparedOf } from './spare.ts';
import { notesOnStaying } from './staying.ts';
import { marksOf } from './target-marks.ts';

/** A row to terminate, and whether the user named it or only its class. */
export type Wanted = {
  readonly row: Row;
  /** Named by the user, not by its class; it is not judged again. */
  readonly isNamed: boolean;
  /** Terminate it even if a client is attached to its session. */
  readonly mayBeAttached?: boolean;
  /** Why it is refused anyway. */
  readonly refused?: Refusal;
};

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
  /** What would bring it back. */
  readonly owner?: TargetOwner;
  /** The pane of a client whose turn is interrupted first: it runs in a shared daemon. */
  readonly interrupt?: PaneRef;
  /** What runs in its daemon for a client that nothing names: it may be this one's. */
  readonly mayGoOn?: readonly RowProcess[];
  /** Only in a displayed plan: files to remove or archive once it is dead. */
  readonly files?: readonly PlannedFile[];
};

/** No process of it is signalled. */
export type Refused = Planned & { readonly refused: Refusal };

/** The fields of the row are those of the poll that the plan was made from. */
type Planned = Pick<
  Row,
  'key' | 'agentId' | 'task' | 'class' | 'confidence' | 'verdict' | WorkspaceField
> &
  Omit<Wanted, 'row' | 'refused'> & {
    /** What the table calls it, where its members would not say which it is. */
    readonly label?: string;
    readonly session?: SessionRef;
    /** Why its session is kept. */
    readonly keepsSession?: string;
    /** What else to know before it is ended, one sentence each. */
    readonly notes: readonly string[];
    readonly members: readonly Member[];
    readonly spared: readonly Spared[];
  };

type WorkspaceField = 'workspace' | 'workspaceName';

/** A file listed in a plan. */
export type PlannedFile = {
  /** Absolute. */
  readonly path: string;
  readonly kind: 'prompt' | 'log';
  readonly work: 'archive';
  readonly reason: string;
};

export type Ports = {
  /** TCP ports that members listen on, sorted. */
  readonly known: readonly number[];
  /** Pids of members whose sockets we cannot read: unknown, not empty. */
  readonly unknownOf: readonly number[];
};

export type PlanSources = {
  readonly inventory: Inventory;
  /** The pane of each cgroup scope. */
  readonly scopes: ReadonlyMap<string, Pane>;
  readonly spare: SpareRules;
  /** Daemons that serve several agents. */
  readonly hosts: readonly Row[];
  /** Include suspected orphans, whose agent is not proven to be gone. */
  readonly includesSuspected?: boolean;
  /** Pids of all rows of the plan that are not refused. */
  readonly ended: ReadonlySet<number>;
  /** Why sessions could not be asked, one sentence per tmux server. */
  readonly silent: readonly string[];
};

/** @returns the pids of rows that will be ended. */
export function endedOf(
  wanted: readonly Wanted[],
  sources: Omit<PlanSources, 'ended'>,
): ReadonlySet<number> {
  const rows = wanted.filter(each => (each.refused ?? refusalOf(each, sources)) === undefined);
  return new Set(rows.flatMap(({ row }) => row.processes.map(({ pid }) => pid)));
}

/** An agent can write any pid into its entry. */
const claimed: SpareReason = {
  kind: 'claim',
  text: 'only its entry names it: no sign on it confirms that it is the agent’s',
};

/** Who names an agent means the agent program that runs in the session of its entry. */
function isClaimed({ reason, role }: RowProcess, isNamed: boolean): boolean {
  return reason.kind === 'claim' && !(isNamed && role === 'agent');
}

export function targetOf(wanted: Wanted, sources: PlanSources): EndTarget {
  const { row, isNamed, mayBeAttached } = wanted;
  const { inventory, spare } = sources;
  // Never kill a user's own session for the agent that runs in it.
  const session = row.class === 'interactive' ? undefined : sessionOf(row, inventory);
  const holders = terminalHolders(row, sources);
  const members: Member[] = [];
  const spared: Spared[] = [];
  const ended: Process[] = [];
  for (const process of row.processes) {
    if (isZombie(process)) continue;
    const reason =
      spare(process, inventory.origins.get(process.pid)) ??
      holders.get(process.pid) ??
      (isClaimed(process, isNamed) ? claimed : undefined);
    if (reason === undefined) {
      ended.push(process);
      members.push({ ...memberOf(process, process.reason), role: process.role });
    } else spared.push(sparedOf(process, reason));
  }
  const isBelow = spared.some(({ reason }) => ['ancestor', 'self'].includes(reason.kind));
  const self: Refusal = { kind: 'self', text: 'vigil itself runs in it' };
  const { key, agentId, task, verdict, workspace, workspaceName } = row;
  const missing = missingProofOf(row);
  // Killing the session would hang up spared processes in it.
  const stays = spared.find(each => session?.panes.some(({ panePid }) => panePid === each.pid));
  const isKept = row.keepsSession !== undefined || stays !== undefined;
  const planned: Planned = {
    ...{ key, agentId, task, class: row.class, verdict, isNamed, mayBeAttached },
    confidence: row.confidence,
    label: row.class === 'interactive' || members.length === 0 ? nameOf(row) : undefined,
    ...{ workspace, workspaceName },
    session: isKept ? undefined : session?.ref,
    keepsSession:
      session &&
      (row.keepsSession?.text ?? (stays && `its session is kept: pid ${stays.pid} stays`)),
    members,
    spared,
    notes: [
      ...(missing === undefined ? [] : [`suspected only: ${missing}`]),
      ...notesOn(row, inventory, sources.hosts),
      ...notesOnStaying(row, inventory, spare),
      ...(session === undefined ? sources.silent : []),
    ],
  };
  const refused =
    wanted.refused ?? (isBelow ? self : refusalOf(wanted, sources)) ?? sparedRefusal(planned, row);
  return refused === undefined
    ? {
        ...planned,
        ...sums(ended),
        ...ownersOf(row, inventory, sources.hosts),
        marks: marksOf(row, sources.inventory, sources.scopes),
      }
    : { ...planned, refused };
}

function refusalOf(
  { row, isNamed, mayBeAttached }: Wanted,
  { inventory: { foreign, machine, processes }, includesSuspected }: Omit<PlanSources, 'ended'>,
): Refusal | undefined {
  // Refuse another user's agent: we could end its session and helpers, but not the agent itself.
  const program = row.processes.find(
    each => each.role === 'agent' && !isZombie(each) && !isOurs(each, machine),
  );
  if (program !== undefined)
    return {
      kind: 'out-of-reach',
      text: `its agent program (pid ${program.pid}) belongs to uid ${program.uid}; only that user or root may end it`,
    };
  const notOurs = row.workspace && foreign?.get(row.workspace);
  if (notOurs !== undefined) return { kind: 'foreign', text: notOurs };
  // An unsettled verdict does not protect a named row whose members are known. Without members its processes
  // may be hidden (hidepid), so do not claim that it was empty.
  const isKnown = isNamed && processes.ok && row.processes.length > 0;
  if (row.class === 'unknown' && !isKnown) {
    const why = row.evidence.findLast(({ strength }) => strength === 'doubt')?.text;
    const text = 'its class could not be established, so nothing of it is signalled';
    return { kind: 'unknown', text: why === undefined ? text : `${text}: ${why}` };
  }
  if (row.class === 'zombie')
    return { kind: 'zombie', text: 'already dead, cannot be signalled; its parent must reap it' };
  if (isNamed) return undefined;
  if (row.class === 'interactive')
    return { kind: 'interactive', text: 'interactive agents are only ended by name' };
  const missing = missingProofOf(row);
  if (missing !== undefined && includesSuspected !== true)
    return { kind: 'suspected', text: suspicionOf(row, missing) };
  if (row.spared !== undefined) return { kind: 'claim', text: row.spared.text };
  const text = 'a client is attached to its session; name it to end it anyway';
  return (row.session?.attached ?? 0) > 0 && mayBeAttached !== true
    ? { kind: 'attached', text }
    : undefined;
}

/** Why an orphan that is only suspected is not included. */
function suspicionOf(row: Row, missing: string): string {
  const { evidence } = row;
  const shared = evidence.find(each => each.kind === 'leaked-mark' && each.strength === 'doubt');
  const known = (shared ?? evidence.find(({ strength }) => strength === 'hint'))?.text;
  const seen = known === undefined ? '' : `${known}; `;
  return `suspected only: ${seen}${missing} (--include-suspected ends it anyway)`;
}

/** Session leaders, by pid, whose terminal is also used by a process that is not terminated. The exit of a leader
 * sends SIGHUP to the programs on its terminal. */
function terminalHolders(
  row: Row,
  { inventory, spare, ended }: PlanSources,
): ReadonlyMap<number, SpareReason> {
  const leaders = new Set(
    row.processes.filter(({ pid, sid }) => pid === sid).map(({ pid }) => pid),
  );
  const held = new Map<number, SpareReason>();
  if (leaders.size === 0 || !inventory.processes.ok) return held;
  const own = new Set(row.processes.map(process => process.pid));
  for (const process of inventory.processes.value) {
    const { pid, sid, tty } = process;
    if (!leaders.has(sid) || pid === sid || tty === 0 || isZombie(process)) continue;
    const why = spare(process, inventory.origins.get(pid));
    const isGuest =
      !(own.has(pid) || ended.has(pid)) || (why !== undefined && why.kind !== 'other-row');
    const text = `it leads the terminal of pid ${pid}, which is ${why?.text ?? 'not the agent’s'}`;
    if (isGuest) held.set(sid, { kind: 'terminal', text });
  }
  return held;
}

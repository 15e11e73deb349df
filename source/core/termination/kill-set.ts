/** All processes of a termination with the evidence for each: taken from the row, then extended by every poll
 * until it finishes. Membership needs evidence; names and arguments are not enough. */

import { type Evidence, proof } from '../evidence/evidence.ts';
import { idOfMark } from '../evidence/pane-proofs.ts';
import { isZombie } from '../inventory/process-tree.ts';
import {
  identityOf,
  type Origin,
  type Process,
  type ProcessRef,
  type Role,
} from '../model/model.ts';
import { commandOf } from '../programs/process-name.ts';
import { otherTerminal } from '../programs/terminal-marks.ts';
import { type Spared, type SpareKind, type SpareRules, sparedOf } from './spare.ts';
import { indexOf } from './table-index.ts';

export type Member = ProcessRef & {
  readonly startedAt: number;
  readonly ppid: number;
  readonly sid: number;
  readonly uid: number;
  readonly command: string;
  /** Why it is a member. */
  readonly reason: Evidence;
  readonly role?: Role;
};

/** Marks that only processes of this agent inherit. */
export type Marks = {
  readonly agentId?: string;
  /** Full `VIGIL_AGENT` values of its processes. If none is known, every deploy of the id matches. */
  readonly agentMarks?: ReadonlySet<string>;
  /** Start of the first process of each of its own panes, and the pid of their server. A pane may have had another
   * first process before (`respawn-pane`): what that one has started is older. */
  readonly panes: ReadonlyMap<string, number>;
  readonly serverPid?: number;
  /** cgroup scopes used only by those panes. */
  readonly scopes?: ReadonlySet<string>;
  /** Origin of its agent program, or of the first process of its pane. */
  readonly agentOrigin?: Origin;
  /** Users that the row's processes run as; of other users only whole marks count. */
  readonly uids: ReadonlySet<number>;
};

export type KillSet = {
  /** By identity. Dead members are kept, to recognise their children. */
  readonly members: ReadonlyMap<string, Member>;
  readonly spared: readonly Spared[];
};

export function memberOf(process: Process, reason: Evidence): Member {
  const { pid, start, startedAt, ppid, sid, uid } = process;
  return { pid, start, startedAt, ppid, sid, uid, command: commandOf(process), reason };
}

/** Adds children of members, processes in sessions that members lead, and processes with the target's marks.
 * The result does not depend on the order of the table.
 * @param origins by pid, for the processes whose origin was read.
 * @returns the same object if nothing was added. */
export function grow(
  set: KillSet,
  table: readonly Process[],
  marks: Marks,
  { origins, spare }: { readonly origins: ReadonlyMap<number, Origin>; readonly spare: SpareRules },
): KillSet {
  const index = indexOf(table);
  const members = new Map(set.members);
  const spared = new Map(set.spared.map(each => [each.pid, each]));
  const byPid = new Map([...members.values()].map(member => [member.pid, member]));
  const mayBelong = (process: Process) =>
    !members.has(identityOf(process)) && !spared.has(process.pid) && !isZombie(process);
  const relativesOf = ({ pid }: ProcessRef) => [...index.childrenOf(pid), ...index.inSession(pid)];
  /** Whether it is a descendant of a spared process that is a boundary, and so belongs to that. */
  const isBelowBoundary = (process: Process) => {
    // Pid reuse during the read can make parents form a cycle.
    const seen = new Set<Process>();
    let above = index.byPid.get(process.ppid);
    while (above !== undefined && !seen.has(above)) {
      if (members.has(identityOf(above))) return false;
      const why = spare(above, origins.get(above.pid));
      if (why !== undefined && boundaryKinds.has(why.kind)) return true;
      seen.add(above);
      above = index.byPid.get(above.ppid);
    }
    return false;
  };
  // Candidates: relatives of members, then of added members, until none is added.
  const hasMarks = marks.agentId !== undefined || marks.panes.size + (marks.scopes?.size ?? 0) > 0;
  const marked = hasMarks ? [...origins.keys()].flatMap(pid => index.byPid.get(pid) ?? []) : [];
  let candidates: readonly Process[] = [...marked, ...[...members.values()].flatMap(relativesOf)];
  while (candidates.length > 0) {
    const added: Member[] = [];
    for (const process of oldestFirst(candidates.filter(mayBelong))) {
      const reason = evidenceFor(process, { byPid, index, marks, origins });
      if (reason === undefined || isBelowBoundary(process)) continue;
      const why = spare(process, origins.get(process.pid));
      if (why !== undefined) {
        spared.set(process.pid, sparedOf(process, why));
        continue;
      }
      const member = memberOf(process, reason);
      members.set(identityOf(process), member);
      byPid.set(process.pid, member);
      added.push(member);
    }
    candidates = added.flatMap(relativesOf);
  }
  const isSame = members.size === set.members.size && spared.size === set.spared.length;
  return isSame ? set : { members, spared: [...spared.values()] };
}

const boundaryKinds: ReadonlySet<SpareKind> = new Set([
  'peoples-program',
  'shared-host',
  'tmux-server',
]);

type Surroundings = {
  readonly byPid: ReadonlyMap<number, Member>;
  readonly index: ReturnType<typeof indexOf>;
  readonly marks: Marks;
  readonly origins: ReadonlyMap<number, Origin>;
};

function evidenceFor(
  process: Process,
  { byPid, index, marks, origins }: Surroundings,
): Evidence | undefined {
  const parent = byPid.get(process.ppid);
  // The pid of a dead member may be reused: the parent must still be the same process.
  if (parent && index.find(parent) && process.startedAt >= parent.startedAt)
    return proof('tree', `child of member ${parent.pid}`);
  const leader = byPid.get(process.sid);
  if (leader !== undefined && leader.sid === leader.pid && leader.uid === process.uid) {
    const isItself = !index.byPid.has(leader.pid) || index.find(leader) !== undefined;
    if (isItself && process.startedAt >= leader.startedAt)
      return proof('process-session', `in the session that ${leader.pid} leads`);
  }
  const origin = origins.get(process.pid);
  if (origin === undefined) return undefined;
  // Started in a terminal that an agent opened for a user.
  if (marks.agentOrigin && otherTerminal(origin, marks.agentOrigin) !== undefined) return undefined;
  // No other user can read the mark of a running agent.
  const isTheirs = marks.uids.has(process.uid) || isWhole(origin, marks);
  if (isTheirs && isMarked(origin, marks) && !isLeaked(origin, index, origins))
    return proof('exact-mark', 'environment VIGIL_AGENT');
  if (!marks.uids.has(process.uid)) return undefined;
  const { tmux, tmuxPane, scope } = origin;
  const isOfServer = tmux !== undefined && tmux.serverPid === marks.serverPid;
  const paneStart = tmuxPane === undefined ? undefined : marks.panes.get(tmuxPane);
  if (isOfServer && paneStart !== undefined && process.startedAt >= paneStart)
    return proof('own-pane', `environment TMUX_PANE ${tmuxPane}`);
  return scope !== undefined && marks.scopes?.has(scope)
    ? proof('cgroup', `cgroup ${scope}`)
    : undefined;
}

/** The mark of one deploy, as a process of the agent has it. */
function isWhole({ agentMark }: Origin, { agentMarks }: Marks): boolean {
  return agentMark !== undefined && agentMarks?.has(agentMark) === true;
}

function isMarked({ agentMark }: Origin, { agentId, agentMarks }: Marks): boolean {
  if (agentMark === undefined || agentId === undefined) return false;
  if (agentMarks !== undefined && agentMarks.size > 0) return agentMarks.has(agentMark);
  return agentMark !== agentId && idOfMark(agentMark) === agentId;
}

/** The tmux server itself has this mark, so all its panes inherit it and it proves nothing. */
function isLeaked(
  { agentMark, tmux }: Origin,
  index: Surroundings['index'],
  origins: ReadonlyMap<number, Origin>,
): boolean {
  if (tmux === undefined || !index.byPid.has(tmux.serverPid)) return false;
  return origins.get(tmux.serverPid)?.agentMark === agentMark;
}

/** Parents precede their children; without duplicates. */
function oldestFirst(processes: readonly Process[]): readonly Process[] {
  const unique = new Map(processes.map(process => [identityOf(process), process]));
  return [...unique.values()].sort((a, b) => a.startedAt - b.startedAt || a.pid - b.pid);
}

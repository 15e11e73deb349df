/** Every process that belongs to what is ended, with the evidence for each: taken over from the row,
 * and grown with each look while the ending lasts. Evidence, never text. */

import { type Evidence, proof } from '../evidence/evidence.ts';
import { isZombie } from '../inventory/process-tree.ts';
import {
  identityOf,
  type Origin,
  type Process,
  type ProcessRef,
  type Role,
} from '../model/model.ts';
import { commandOf } from '../programs/process-name.ts';
import type { Spared, SpareKind, SpareRules } from './spare.ts';
import { indexOf, oldestFirst } from './table-index.ts';

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
  /** Its `VIGIL_AGENT` in full, as its processes carry it. Where it is not known every deploy of the id counts. */
  readonly agentMarks?: ReadonlySet<string>;
  /** Panes that are its own, and the server they are of. */
  readonly panes: ReadonlySet<string>;
  readonly serverPid?: number;
  /** Scopes that are those panes' alone. */
  readonly scopes?: ReadonlySet<string>;
  /** Whose marks count: the users that the row's processes run as. */
  readonly uids: ReadonlySet<number>;
};

export type KillSet = {
  /** By identity; the dead stay in it, for their children’s sake. */
  readonly members: ReadonlyMap<string, Member>;
  readonly spared: readonly Spared[];
};

export function memberOf(process: Process, reason: Evidence): Member {
  const { pid, start, startedAt, ppid, sid, uid } = process;
  return { pid, start, startedAt, ppid, sid, uid, command: commandOf(process), reason };
}

type GrowRules = {
  /** By pid of this table's processes, as far as they were read. */
  readonly origins: ReadonlyMap<number, Origin>;
  readonly spare: SpareRules;
};

/** Adds what the table shows to belong to the members: children, sessions that a member leads, and
 * bearers of the marks. Does not depend on the order of the table.
 * @returns the same set where nothing came to it. */
export function grow(
  set: KillSet,
  table: readonly Process[],
  marks: Marks,
  { origins, spare }: GrowRules,
): KillSet {
  const index = indexOf(table);
  const members = new Map(set.members);
  const spared = new Map(set.spared.map(each => [each.pid, each]));
  const byPid = new Map([...members.values()].map(member => [member.pid, member]));
  const mayBelong = (process: Process) =>
    !members.has(identityOf(process)) && !spared.has(process.pid) && !isZombie(process);
  const around = ({ pid }: ProcessRef) => [...index.childrenOf(pid), ...index.inSession(pid)];
  /** Below what is spared as somebody else's, all is somebody else's. */
  const isBeyond = (process: Process) => {
    // A table that is read while pids are reused may have a circle of parents.
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
  // Who may have come to it: relatives of members, then of those who came, until nobody comes.
  const marked = [...origins.keys()].flatMap(pid => index.byPid.get(pid) ?? []);
  let candidates: readonly Process[] = [...marked, ...[...members.values()].flatMap(around)];
  while (candidates.length > 0) {
    const added: Member[] = [];
    for (const process of oldestFirst(candidates.filter(mayBelong))) {
      const reason = evidenceFor(process, { byPid, inTable: index.byPid, marks, origins });
      if (reason === undefined || isBeyond(process)) continue;
      const why = spare(process, origins.get(process.pid));
      if (why !== undefined) {
        spared.set(process.pid, { pid: process.pid, command: commandOf(process), reason: why });
        continue;
      }
      const member = memberOf(process, reason);
      members.set(identityOf(process), member);
      byPid.set(process.pid, member);
      added.push(member);
    }
    candidates = added.flatMap(around);
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
  readonly inTable: ReadonlyMap<number, Process>;
  readonly marks: Marks;
  readonly origins: ReadonlyMap<number, Origin>;
};

function evidenceFor(
  process: Process,
  { byPid, inTable, marks, origins }: Surroundings,
): Evidence | undefined {
  const parent = byPid.get(process.ppid);
  // The pid of a dead member may be somebody else's by now: the parent must be there, as it was.
  if (parent !== undefined && inTable.get(parent.pid)?.start === parent.start)
    if (process.startedAt >= parent.startedAt)
      return proof('tree', `child of member ${parent.pid}`);
  const leader = byPid.get(process.sid);
  if (leader !== undefined && leader.sid === leader.pid && leader.uid === process.uid) {
    const now = inTable.get(leader.pid);
    const isItself = now === undefined || now.start === leader.start;
    if (isItself && process.startedAt >= leader.startedAt)
      return proof('process-session', `in the session that ${leader.pid} leads`);
  }
  const origin = origins.get(process.pid);
  if (origin === undefined || !marks.uids.has(process.uid)) return undefined;
  if (isMarked(origin, marks) && !isLeaked(origin, inTable, origins))
    return proof('exact-mark', 'environment VIGIL_AGENT');
  const isOfPane =
    origin.tmuxPane !== undefined &&
    marks.panes.has(origin.tmuxPane) &&
    marks.serverPid !== undefined &&
    origin.tmux?.serverPid === marks.serverPid;
  if (isOfPane) return proof('own-pane', `environment TMUX_PANE ${origin.tmuxPane}`);
  const { scope } = origin;
  return scope !== undefined && marks.scopes?.has(scope)
    ? proof('cgroup', `cgroup ${scope}`)
    : undefined;
}

function isMarked({ agentMark }: Origin, { agentId, agentMarks }: Marks): boolean {
  if (agentMark === undefined || agentId === undefined) return false;
  if (agentMarks !== undefined && agentMarks.size > 0) return agentMarks.has(agentMark);
  return agentMark.startsWith(`${agentId}:`);
}

/** The tmux server that its environment names has the same mark: every pane of it has. */
function isLeaked(
  { agentMark, tmux }: Origin,
  inTable: ReadonlyMap<number, Process>,
  origins: ReadonlyMap<number, Origin>,
): boolean {
  const server = tmux && inTable.get(tmux.serverPid);
  return server !== undefined && origins.get(server.pid)?.agentMark === agentMark;
}

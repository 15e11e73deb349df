/** A row before its verdict has settled, and helpers that build rows. */

import type { AbsenceDoubt } from '../evidence/absence.ts';
import { hint } from '../evidence/evidence.ts';
import type { Process, Role, Row, RowProcess, RowSession } from '../model/model.ts';
import type { AgentRecord } from '../registry/merge.ts';
import type { Attribution } from './attribute.ts';
import type { Scene, Session } from './scene.ts';

/** Membership of a process that is a row by itself. */
export const itself = hint('itself', 'the process itself');

/** `youngest` is the start time of the newest fact behind the verdict, if a verdict of one poll holds only
 * after that has settled. */
export type Draft = Row & {
  readonly youngest?: number;
  /** Identities of the processes behind the verdict. */
  readonly roots?: readonly string[];
  /** State of the registry record. */
  readonly recordState?: string;
};

export type Observation = {
  readonly scene: Scene;
  readonly attribution: Attribution;
  readonly absenceDoubt: AbsenceDoubt;
};

function roleOf(process: Process, scene: Scene): Role {
  switch (scene.kindOf(process).kind) {
    case 'agent':
    case 'host':
      return 'agent';
    case 'mcp':
      return 'mcp';
    case 'shell':
    case 'wrapper':
    case 'launcher':
      return startsServer(process, scene) ? 'mcp' : 'support';
    case 'agent shell':
    case 'tmux server':
      return 'support';
    case 'infrastructure':
    case 'other':
      return 'child';
  }
}

/** `npm exec`, `npx` and `uvx` make up to three processes of a server: each has the role of the server. */
function startsServer(process: Process, { tree, kindOf }: Scene): boolean {
  const isServer = (each: Process | undefined) => each !== undefined && kindOf(each).kind === 'mcp';
  const below = tree.subtreeOf(process, each => !isServer(tree.parentOf(each))).slice(1);
  const isOnTheWay = (each: Process) =>
    ['launcher', 'shell', 'wrapper'].includes(kindOf(each).kind);
  return below.some(isServer) && below.every(each => isServer(each) || isOnTheWay(each));
}

/** Members in display order: the agent program first, then by pid. */
export function rowProcesses(
  processes: readonly Process[],
  observation: Observation,
): RowProcess[] {
  const rows = processes.map(process => ({
    ...process,
    role: roleOf(process, observation.scene),
    reason: observation.attribution.memberships.get(process.pid)?.evidence ?? itself,
  }));
  const main = mainProcess(rows);
  return rows.sort((a, b) => Number(b === main) - Number(a === main) || a.pid - b.pid);
}

export function sums(processes: readonly Pick<Process, 'cpuPercent' | 'rssBytes'>[]) {
  let cpuPercent = 0;
  let rssBytes = 0;
  for (const process of processes) {
    cpuPercent += process.cpuPercent;
    rssBytes += process.rssBytes;
  }
  return { cpuPercent: Math.round(cpuPercent * 10) / 10, rssBytes };
}

/** The agent program, or the vendor of the daemon, among processes. */
export function programIn(processes: readonly Process[], { kindOf }: Pick<Scene, 'kindOf'>) {
  for (const process of processes) {
    const kind = kindOf(process);
    if (kind.kind === 'agent' || kind.kind === 'host') return kind.program;
  }
  return undefined;
}

export function rowSession(session: Session): RowSession {
  const { socket, name, attached, windows, serverPid } = session;
  return { socket, name, attached, windows, serverPid };
}

/** Fields of an agent's row that come from its registry entry. */
export function recorded(record: AgentRecord, { workspaceNames }: Pick<Scene, 'workspaceNames'>) {
  const { id, type, task, parent, depth, status, progress } = record.entry;
  const workspace = record.registries[0]?.workspace;
  const workspaceName = workspace && workspaceNames.get(workspace);
  return {
    key: record.key,
    agentId: id,
    type,
    workspace,
    workspaceName,
    task,
    parent,
    depth,
    status,
    progress,
  };
}

/** The main process of a row: the oldest agent program, else the oldest non-support process, else the oldest. */
function mainProcess(processes: readonly RowProcess[]): RowProcess | undefined {
  const oldest = (list: readonly RowProcess[]) =>
    list.reduce<RowProcess | undefined>(
      (best, next) => (best === undefined || next.startedAt < best.startedAt ? next : best),
      undefined,
    );
  return (
    oldest(processes.filter(process => process.role === 'agent')) ??
    oldest(processes.filter(process => process.role !== 'support')) ??
    oldest(processes)
  );
}

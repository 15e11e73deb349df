/** What stays when an agent ends although the agent has started it, or may have: it is named in the plan. */
import { idOfMark } from '../evidence/pane-proofs.ts';
import { isZombie } from '../inventory/process-tree.ts';
import type { Inventory, Process, Row } from '../model/model.ts';
import { describeProcess } from '../programs/process-name.ts';
import { ownerPidMarks } from '../programs/program-marks.ts';
import type { SpareKind, SpareRules } from './spare.ts';

/** Most that are named. */
const mostNamed = 5;

/** @returns sentences for the plan of an agent's end. */
export function notesOnStaying(
  row: Row,
  inventory: Inventory,
  spare: SpareRules,
): readonly string[] {
  if (!inventory.processes.ok) return [];
  const table = inventory.processes.value;
  return [
    ...named(
      'from its pane, not proven to be its own, stays',
      unproven(row, inventory, table, spare),
    ),
    ...named('by it, stays with what runs in it', boundaries(row, inventory, table, spare)),
  ];
}

function named(what: string, found: readonly Process[]): readonly string[] {
  if (found.length === 0) return [];
  const more = found.length > mostNamed ? ` and ${found.length - mostNamed} more` : '';
  const names = found.slice(0, mostNamed).map(describeProcess).join(', ');
  return [`started ${what}: ${names}${more}`];
}

/** What a user's agent may have started and no evidence makes its own: a daemon without a mark, from its pane. */
function unproven(
  row: Row,
  { origins }: Inventory,
  table: readonly Process[],
  spare: SpareRules,
): readonly Process[] {
  const agent = row.processes.find(({ role }) => role === 'agent');
  if (row.class !== 'interactive' || agent === undefined) return [];
  const { tmux, tmuxPane } = origins.get(agent.pid) ?? {};
  if (tmux === undefined || tmuxPane === undefined) return [];
  const members = new Set(row.processes.map(({ pid }) => pid));
  const mayBeIts = (process: Process) => {
    const origin = origins.get(process.pid);
    return (
      origin?.tmuxPane === tmuxPane &&
      origin.tmux?.serverPid === tmux.serverPid &&
      process.startedAt >= agent.startedAt &&
      // What the shell in the pane has started is on that terminal.
      process.tty !== agent.tty &&
      !members.has(process.pid) &&
      !isZombie(process) &&
      spare(process, origin) === undefined
    );
  };
  return table.filter(mayBeIts);
}

/** Others may use these by now, whoever started them. */
const boundaryKinds: ReadonlySet<SpareKind> = new Set(['tmux-server', 'peoples-program']);

/** A tmux server, an editor or a database with a mark that names a process of the row. */
function boundaries(
  row: Row,
  { origins }: Inventory,
  table: readonly Process[],
  spare: SpareRules,
): readonly Process[] {
  const starts = new Map(row.processes.map(({ pid, startedAt }) => [String(pid), startedAt]));
  const marks = new Set(
    row.processes
      .flatMap(({ pid }) => origins.get(pid)?.agentMark ?? [])
      .filter(mark => idOfMark(mark) === row.agentId),
  );
  return table.filter(process => {
    const origin = origins.get(process.pid);
    if (origin === undefined || starts.has(String(process.pid)) || isZombie(process)) return false;
    const isNamed = ownerPidMarks.some(mark => {
      const start = starts.get(origin.programMarks?.get(mark) ?? '');
      return start !== undefined && start <= process.startedAt;
    });
    if (!isNamed && !(origin.agentMark !== undefined && marks.has(origin.agentMark))) return false;
    const why = spare(process, origin);
    return why !== undefined && boundaryKinds.has(why.kind);
  });
}

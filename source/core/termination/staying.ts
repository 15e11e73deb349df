/** What a user's agent may have started and no evidence makes its own: a daemon without a mark, from its pane. It
 * is not ended with the agent, and named. */
import { isZombie } from '../inventory/process-tree.ts';
import type { Inventory, Process, Row } from '../model/model.ts';
import { describeProcess } from '../programs/process-name.ts';
import type { SpareRules } from './spare.ts';

/** Most that are named. */
const mostNamed = 5;

/** @returns sentences for the plan of an agent's end. */
export function notesOnStaying(
  row: Row,
  inventory: Inventory,
  spare: SpareRules,
): readonly string[] {
  const agent = row.processes.find(({ role }) => role === 'agent');
  if (row.class !== 'interactive' || agent === undefined || !inventory.processes.ok) return [];
  const { origins } = inventory;
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
  const found = inventory.processes.value.filter(mayBeIts);
  const more = found.length > mostNamed ? ` and ${found.length - mostNamed} more` : '';
  const names = found.slice(0, mostNamed).map(describeProcess).join(', ');
  if (found.length === 0) return [];
  return [`started from its pane, not proven to be its own, stays: ${names}${more}`];
}

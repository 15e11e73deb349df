/** Agents that something outside starts anew: a loop that watches tmux, a keeper with a session of its own. */
import { isZombie } from '../inventory/process-tree.ts';
import { identityOf, type Pane, type Process } from '../model/model.ts';
import { commandOf } from '../programs/process-name.ts';
import type { Member } from './kill-set.ts';

/** @param ended members that are gone.
 * @param before identities of what was running when the termination began.
 * @param again the pane of a new session with the target's session name.
 * @returns what runs now in their place: the new session's first process, and processes with the same parent and
 * command line as a member that was no child of another. */
export function restartedAs(
  ended: readonly Member[],
  table: readonly Process[],
  before: ReadonlySet<string>,
  again: Pane | undefined,
): readonly Process[] {
  if (ended.length === 0 && again === undefined) return [];
  const pids = new Set(ended.map(({ pid }) => pid));
  // tmux may start anything: there the session's name counts. Init adopts.
  const servers = new Set(
    table.filter(({ name }) => name.startsWith('tmux: server')).map(({ pid }) => pid),
  );
  // Seen below the agent only before, a member has the parent of whatever has adopted it, or taken its pid.
  const roots = ended.filter(
    ({ ppid, reason }) =>
      reason.kind !== 'lineage' && ppid > 1 && !pids.has(ppid) && !servers.has(ppid),
  );
  if (roots.length === 0 && again === undefined) return [];
  const parents = new Set(roots.map(each => `${each.ppid} ${each.command}`));
  const parentPids = new Set(roots.map(({ ppid }) => ppid));
  return table.filter(
    process =>
      (process.pid === again?.panePid || parentPids.has(process.ppid)) &&
      !before.has(identityOf(process)) &&
      !isZombie(process) &&
      (process.pid === again?.panePid || parents.has(`${process.ppid} ${commandOf(process)}`)),
  );
}

/** Adopted, or started? Whoever is a subreaper adopts the children of the dead, and most of those are on no
 * list: so it is not the parent's name that tells, but that a process has lost the one it had. */

import type { ProcessTree } from '../inventory/process-tree.ts';
import type { Scene } from '../inventory/scene.ts';
import type { Origin, Process } from '../model/model.ts';
import { describeProcess } from '../programs/process-name.ts';
import { type Evidence, proof } from './evidence.ts';

/** The leader of its session, or of its group where init has adopted it, is gone or is no ancestor of it.
 * By the table alone: nothing is read for it. */
export function isDetached(process: Process, tree: ProcessTree): boolean {
  // Where init itself is hidden from us, so may a leader be.
  if (!tree.byPid.has(1)) return false;
  if (process.sid > 0 && process.sid !== process.pid && !tree.isBelow(process, process.sid))
    return true;
  const { pgid, sid, pid, ppid } = process;
  // In a container all share one session. (A member of a pipeline has its leader beside it, not above.)
  return ppid === 1 && pgid > 0 && pgid !== pid && pgid !== sid && !tree.isBelow(process, pgid);
}

/** Whether it may have lost its parent, so that its marks are worth reading. */
export function mayBeAdopted(process: Process, tree: ProcessTree): boolean {
  return process.ppid === 1 || process.sid === process.pid || isDetached(process, tree);
}

/** @returns what shows that its parent is not the one that started it; nothing where that may be so. */
export function lostParent(process: Process, scene: Scene): Evidence | undefined {
  const parent = scene.tree.parentOf(process);
  const now = parent === undefined ? '' : `; its parent is now ${describeProcess(parent)}`;
  // An agent program on a terminal whose shell lives was started there, in whatever group.
  const isOnTerminal = process.tty !== 0 && scene.tree.isBelow(process, process.sid);
  const isAgentThere = scene.kindOf(process).kind === 'agent' && isOnTerminal;
  if (!isAgentThere && isDetached(process, scene.tree))
    return proof(
      'lost-parent',
      `the leader of its session or group is gone, or not above it${now}`,
    );
  // A shell's exports are in no environment that can be read: what is on its terminal was started by it.
  const mayBeLost = process.sid === process.pid || process.ppid === 1 || process.tty === 0;
  const mark =
    parent === undefined || !mayBeLost ? undefined : markThatParentLacks(process, parent, scene);
  if (mark === undefined) return undefined;
  return proof('lost-parent', `it carries ${mark}, which its parent does not${now}`);
}

/** The name of a mark that it has and that its parent, which can be read and is no agent, has not. */
export function markThatParentLacks(
  process: Process,
  parent: Process,
  scene: Scene,
): string | undefined {
  const { kind } = scene.kindOf(parent);
  // Agents set the marks, and tmux sets those of panes.
  if (kind === 'agent' || kind === 'host' || kind === 'tmux server') return undefined;
  const theirs = scene.originOf(parent);
  // The environment of init is root's alone, and init is started by no agent.
  if (theirs.isUnread === true && parent.pid !== 1) return undefined;
  const isAgent = scene.kindOf(process).kind === 'agent';
  return inheritedOf(scene.originOf(process)).find(([name, value]) => {
    // What starts an agent program through its library says so to that program alone.
    if (isAgent && toldToAgents.has(name)) return false;
    return inheritedOf(theirs).every(([each, its]) => each !== name || its !== value);
  })?.[0];
}

const toldToAgents = new Set(['CLAUDE_CODE_ENTRYPOINT', 'AI_AGENT', 'VIGIL_AGENT']);

/** Everything by which a process can be told from those that something else started. */
function inheritedOf({ agentMark, programMarks, tmuxPane }: Origin): (readonly [string, string])[] {
  return [
    ...(agentMark === undefined ? [] : [['VIGIL_AGENT', agentMark] as const]),
    ...(programMarks ?? []),
    ...(tmuxPane === undefined ? [] : [['TMUX_PANE', tmuxPane] as const]),
  ];
}

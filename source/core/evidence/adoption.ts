/** Detects adopted processes. Any subreaper adopts orphaned children and most are on no list, so the test is
 * not the parent's name but whether the process has lost its original parent. */

import type { ProcessTree } from '../inventory/process-tree.ts';
import type { Scene } from '../inventory/scene.ts';
import type { Origin, Process } from '../model/model.ts';
import { describeProcess } from '../programs/process-name.ts';
import { type Evidence, proof } from './evidence.ts';

/** The leader of its session (or of its group, if init adopted it) has exited or is not an ancestor. Uses the
 * process table alone. */
export function isDetached(process: Process, tree: ProcessTree): boolean {
  // If init is hidden (hidepid), the leader may be hidden too.
  if (!tree.byPid.has(1)) return false;
  if (process.sid > 0 && process.sid !== process.pid && !tree.isBelow(process, process.sid))
    return true;
  const { pgid, sid, pid, ppid } = process;
  // In a container all processes share one session. (A pipeline member's leader is its sibling, not its
  // ancestor.)
  return ppid === 1 && pgid > 0 && pgid !== pid && pgid !== sid && !tree.isBelow(process, pgid);
}

/** Whether it may have lost its parent, so that its marks are worth reading. */
export function mayBeAdopted(process: Process, tree: ProcessTree): boolean {
  return process.ppid === 1 || process.sid === process.pid || isDetached(process, tree);
}

/** @returns evidence that its parent did not start it; undefined if the parent may have. */
export function lostParent(process: Process, scene: Scene): Evidence | undefined {
  const parent = scene.tree.parentOf(process);
  const now = parent === undefined ? '' : `; its parent is now ${describeProcess(parent)}`;
  // An agent program on a terminal whose shell is alive was started there, whatever its group.
  const isOnTerminal = process.tty !== 0 && scene.tree.isBelow(process, process.sid);
  const isAgentThere = scene.kindOf(process).kind === 'agent' && isOnTerminal;
  if (!isAgentThere && isDetached(process, scene.tree))
    return proof(
      'lost-parent',
      `the leader of its session or group is gone, or not above it${now}`,
    );
  // A shell's exports are not in its readable environment, so a process on the shell's terminal counts as
  // started by it.
  const mayBeLost = process.sid === process.pid || process.ppid === 1 || process.tty === 0;
  const mark =
    parent === undefined || !mayBeLost ? undefined : markThatParentLacks(process, parent, scene);
  if (mark === undefined) return undefined;
  return proof('lost-parent', `it carries ${mark}, which its parent does not${now}`);
}

/** Name of a mark that the process carries and its parent (readable, not an agent) lacks. */
export function markThatParentLacks(
  process: Process,
  parent: Process,
  scene: Scene,
): string | undefined {
  const { kind } = scene.kindOf(parent);
  // Agents set the marks, and tmux sets those of panes.
  if (kind === 'agent' || kind === 'host' || kind === 'tmux server') return undefined;
  const theirs = scene.originOf(parent);
  // Only root can read the environment of init, and no agent starts init.
  if (theirs.isUnread === true && parent.pid !== 1) return undefined;
  const isAgent = scene.kindOf(process).kind === 'agent';
  return marksOf(scene.originOf(process)).find(([name, value]) => {
    // An SDK that starts an agent program sets these for that program alone.
    if (isAgent && agentOnlyMarks.has(name)) return false;
    return marksOf(theirs).every(([each, its]) => each !== name || its !== value);
  })?.[0];
}

const agentOnlyMarks = new Set(['CLAUDE_CODE_ENTRYPOINT', 'AI_AGENT', 'VIGIL_AGENT']);

/** All inherited marks that distinguish a process from those with another parent. */
function marksOf({ agentMark, programMarks, tmuxPane }: Origin): (readonly [string, string])[] {
  return [
    ...(agentMark === undefined ? [] : [['VIGIL_AGENT', agentMark] as const]),
    ...(programMarks ?? []),
    ...(tmuxPane === undefined ? [] : [['TMUX_PANE', tmuxPane] as const]),
  ];
}

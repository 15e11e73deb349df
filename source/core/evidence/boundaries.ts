/** Boundaries between one agent and everything else. */

import type { Scene } from '../inventory/scene.ts';
import type { Process } from '../model/model.ts';

/** Processes that tree walks and marks do not cross: vigil itself, tmux servers, daemons shared by several
 * agents, users' programs. */
export function isBoundary(process: Process, scene: Scene): boolean {
  const { kind } = scene.kindOf(process);
  return (
    scene.own.has(process.pid) ||
    kind === 'tmux server' ||
    kind === 'host' ||
    scene.usersProgramOf(process) !== undefined
  );
}

export function isBelowBoundary(process: Process, scene: Scene): boolean {
  return scene.tree.ancestorsOf(process).some(parent => isBoundary(parent, scene));
}

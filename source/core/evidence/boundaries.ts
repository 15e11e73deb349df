/** Where one agent ends and somebody else's begins. */

import type { Scene } from '../inventory/scene.ts';
import type { Process } from '../model/model.ts';

/** What the tree walk and the marks do not cross: vigil itself, tmux servers, daemons that several agents
 * share, people's programs. */
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

/** A mark identifies what started the first process of a chain. It has leaked if a carrier is older than that
 * agent's children: a tmux server started by an agent passes its environment to every pane. */

import type { Scene, ScenePane } from '../inventory/scene.ts';
import type { Origin, Process } from '../model/model.ts';
import { contradiction, type Evidence } from './evidence.ts';

/** @param name of the mark, such as `VIGIL_AGENT`.
 * @param isUsersPane whether a pane belongs to no agent.
 * @returns evidence that the process's mark has leaked; undefined if it has not. */
export function leakOf(
  name: string,
  process: Process,
  scene: Scene,
  isUsersPane: (pane: ScenePane) => boolean,
): Evidence | undefined {
  const origin = scene.originOf(process);
  const value = markOf(origin, name);
  const isCarried = (other: Origin) => markOf(other, name) === value;
  const leaked = (text: string) =>
    contradiction('leaked-mark', `${name} is inherited and proves nothing: ${text}`);
  const server = scene.tree.byPid.get(origin.tmux?.serverPid ?? 0);
  const isServer = server !== undefined && scene.kindOf(server).kind === 'tmux server';
  if (isServer && isCarried(scene.originOf(server)))
    return leaked(`tmux server pid ${server.pid} has it, and so does every pane`);
  const pane = scene.paneNamedBy(origin);
  const root = pane?.root;
  if (pane !== undefined && root !== undefined && root !== process && isUsersPane(pane))
    if (isCarried(scene.originOf(root)))
      return leaked(`the first process of pane ${pane.pane.paneId} (pid ${root.pid}) has it`);
  const describe = (each: Process) =>
    scene.kindOf(each).kind === 'host' ? 'a daemon that agents share' : scene.usersProgramOf(each);
  const manager = scene.tree
    .ancestorsOf(process)
    .find(each => describe(each) !== undefined && isCarried(scene.originOf(each)));
  return manager && leaked(`its ancestor pid ${manager.pid} (${describe(manager)}) has it`);
}

function markOf({ agentMark, programMarks }: Origin, name: string): string | undefined {
  return name === 'VIGIL_AGENT' ? agentMark : programMarks?.get(name);
}

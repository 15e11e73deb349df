/** A mark identifies what started the first process of a chain. It has leaked if a carrier is older than that
 * agent's children: a tmux server started by an agent passes its environment to every pane. */

import type { Scene, ScenePane } from '../inventory/scene.ts';
import type { Origin, Process } from '../model/model.ts';
import { oncePer } from '../model/once-per.ts';
import { describeProcess } from '../programs/process-name.ts';
import { otherTerminal } from '../programs/terminal-marks.ts';
import { contradiction, doubt, type Evidence } from './evidence.ts';

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

/** Kinds of users' programs in which users start further programs: a database or a browser has no terminals. */
const terminals: ReadonlySet<string> = new Set([
  'a display client',
  'a multiplexer',
  'an editor',
  'an IDE',
  'a process manager',
]);

/** An agent may have opened an IDE or a `screen`: what a user starts in a terminal there, and detaches, has the
 * agent's marks. Nothing leads back to that terminal but what it has set. (Of tmux, `TMUX` names the server.)
 * @returns a doubt if an older program of that kind has the same mark, and not the process's mark of a terminal. */
export function mayHaveLeaked(name: string, process: Process, scene: Scene): Evidence | undefined {
  const origin = scene.originOf(process);
  const value = markOf(origin, name);
  if (value === undefined) return undefined;
  const carrier = terminalsIn(scene).find(
    each =>
      each !== process &&
      each.startedAt <= process.startedAt &&
      markOf(scene.originOf(each), name) === value &&
      otherTerminal(origin, scene.originOf(each)) !== undefined,
  );
  if (carrier === undefined) return undefined;
  const program = `${describeProcess(carrier)}, ${scene.usersProgramOf(carrier)}`;
  const terminal = otherTerminal(origin, scene.originOf(carrier));
  const text = `${program}, has the same ${name}, and a terminal has set ${terminal} since`;
  return doubt('leaked-mark', `${text}: a user may have started it there`);
}

const terminalsIn = oncePer((scene: Scene): readonly Process[] =>
  scene.processes.filter(
    each =>
      terminals.has(scene.usersProgramOf(each) ?? '') &&
      !['tmux server', 'wrapper'].includes(scene.kindOf(each).kind),
  ),
);

function markOf({ agentMark, programMarks }: Origin, name: string): string | undefined {
  return name === 'VIGIL_AGENT' ? agentMark : programMarks?.get(name);
}

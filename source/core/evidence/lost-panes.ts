/** Panes of tmux servers that cannot be queried: what their processes inherited still tells which session they were
 * created in. */
import type { Scene, ScenePane } from '../inventory/scene.ts';
import type { Process } from '../model/model.ts';
import type { Membership } from './named-owners.ts';
import { panesByLog, provenPanes } from './pane-proofs.ts';

/** By the same proofs as in other panes, but for those that only the server knows: names and options.
 * @returns by pid of the panes' first processes. */
export function ownersOnLostServers(scene: Scene): ReadonlyMap<number, Membership> {
  const panes = (scene.inventory.lostServers ?? []).flatMap(({ pid, path }) =>
    scene.tree.childrenOf(pid).flatMap(root => paneOf(root, pid, path, scene) ?? []),
  );
  const owners = new Map<number, Membership>();
  if (panes.length === 0) return owners;
  const proven = provenPanes(scene, panes);
  const unknown = panes.filter(pane => !proven.has(pane));
  for (const [{ root }, { record, evidence }] of [...proven, ...panesByLog(unknown, scene)])
    if (root !== undefined && scene.usersProgramOf(root) === undefined)
      owners.set(root.pid, { owner: record.key, evidence });
  return owners;
}

/** @returns nothing if it is not a pane's first process, or its environment is unreadable. */
function paneOf(
  root: Process,
  serverPid: number,
  socket: string,
  scene: Scene,
): ScenePane | undefined {
  const { tmux, tmuxPane } = scene.originOf(root);
  if (tmux?.serverPid !== serverPid || tmuxPane === undefined) return undefined;
  const sessionId = `$${tmux.session}`;
  const pane = {
    ...{ serverPid, sessionId, sessionName: sessionId, paneId: tmuxPane, panePid: root.pid },
    ...{ createdAt: root.startedAt, activityAt: root.startedAt, attached: 0, dead: false },
  };
  return { pane, socket, root, birth: sessionId };
}

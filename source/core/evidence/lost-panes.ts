/** Panes of tmux servers that cannot be queried: what their processes inherited still tells which session they were
 * created in. */
import { asSessionName, hasOwnName, type Scene, type ScenePane } from '../inventory/scene.ts';
import type { Process } from '../model/model.ts';
import { describeProcess } from '../programs/process-name.ts';
import { firstSessionOf } from '../programs/tmux-command.ts';
import type { AgentRecord } from '../registry/merge.ts';
import { hint } from './evidence.ts';
import type { Homes } from './homes.ts';
import type { Membership } from './named-owners.ts';
import { agentIn, panesByLog, provenPanes } from './pane-proofs.ts';

/** By the same proofs as in other panes, but for those that only the server knows: names and options.
 * @returns by pid of the panes' first processes. */
export function ownersOnLostServers(scene: Scene): ReadonlyMap<number, Membership> {
  const panes = lostPanes(scene);
  const owners = new Map<number, Membership>();
  if (panes.length === 0) return owners;
  const proven = provenPanes(scene, panes);
  const unknown = panes.filter(pane => !proven.has(pane));
  for (const [{ root }, { record, evidence }] of [...proven, ...panesByLog(unknown, scene)])
    if (root !== undefined && scene.usersProgramOf(root) === undefined)
      owners.set(root.pid, { owner: record.key, evidence });
  return owners;
}

/** By the name that the command which started the server gave to its first session, `$0`: sessions can be renamed, so
 * that is a hint, and only for an active entry of which nothing else is found.
 * @returns by pid of the panes' first processes. */
export function ownersByFirstSession(scene: Scene, homes: Homes): ReadonlyMap<number, Membership> {
  const owners = new Map<number, Membership>();
  for (const pane of lostPanes(scene)) {
    const { root, birth, pane: of } = pane;
    const server = scene.tree.byPid.get(of.serverPid);
    const agent = agentIn(pane, scene);
    if (birth !== '$0' || root === undefined || server === undefined || agent === undefined)
      continue;
    const name = firstSessionOf(server.argv);
    if (name === undefined || scene.usersProgramOf(root) !== undefined) continue;
    const [record, ...more] = homes.recordsNaming(asSessionName(name)).filter(isMissing);
    if (record === undefined || more.length > 0) continue;
    const text = `${describeProcess(agent)} is in the first session of tmux server ${server.pid}, which was started as ${name}`;
    owners.set(root.pid, { owner: record.key, evidence: hint('session-name', text) });
  }
  return owners;

  function isMissing(record: AgentRecord) {
    const isActive = record.status === 'active' && hasOwnName(record, scene.prefixes);
    return isActive && homes.homeOf(record) === undefined;
  }
}

function lostPanes(scene: Scene): readonly ScenePane[] {
  return (scene.inventory.lostServers ?? []).flatMap(({ pid, path }) =>
    scene.tree.childrenOf(pid).flatMap(root => paneOf(root, pid, path, scene) ?? []),
  );
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

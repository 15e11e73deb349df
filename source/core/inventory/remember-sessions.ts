/** Sessions proven to be an agent's, to be stored: after a rename, their panes still tell which session they
 * were created in. */
import type { Sighting } from '../model/model.ts';
import type { Observation } from './draft.ts';

export function sightingsOf({ scene, attribution }: Observation): readonly Sighting[] {
  const { homes } = attribution;
  return scene.records.flatMap((record): Sighting[] => {
    const home = homes.homeOf(record);
    const server = home === undefined ? undefined : scene.tree.byPid.get(home.serverPid);
    const workspace = record.registries[0]?.workspace;
    if (home === undefined || server === undefined || workspace === undefined) return [];
    if (record.status !== 'active' || homes.ownerOfSession(home) !== record.key) return [];
    // The first pane is the agent's, so panes created in this session were made for it.
    const isProven = home.panes.some(pane => {
      const owner = homes.ownerOf(pane);
      const isIts = owner?.owner === record.key && owner.evidence.strength === 'proof';
      return isIts && pane.birth === home.id;
    });
    if (!isProven || scene.inventory.foreign?.has(workspace) === true) return [];
    const { id: agentId, task } = record.entry;
    const { serverPid, id: sessionId } = home;
    return [{ serverPid, serverStart: server.start, sessionId, workspace, task, agentId }];
  });
}

/** Evidence about an entry's session, and the reason to keep it when its agent is ended. */

import type { Observation } from '../inventory/draft.ts';
import { isAlive, type Session, sessionNameOf } from '../inventory/scene.ts';
import type { Process } from '../model/model.ts';
import { describeProcess } from '../programs/process-name.ts';
import type { AgentRecord } from '../registry/merge.ts';
import { contradiction, doubt, type Evidence, hint, proof } from './evidence.ts';

export function sessionEvidence(
  record: AgentRecord,
  observation: Observation,
  home: Session | undefined,
): Evidence[] {
  const evidence: Evidence[] = [];
  const { homes } = observation.attribution;
  if (home !== undefined) {
    evidence.push(proof('session', describeSession(home)));
    if (home.attached > 0) evidence.push(doubt('attached', attachedText(home)));
    const owner = home.panes.flatMap(pane => homes.ownerOf(pane) ?? [])[0];
    if (owner !== undefined) evidence.push(owner.evidence);
    if (home.name !== sessionNameOf(record))
      evidence.push(hint('session', `the registry names session ${sessionNameOf(record)}`));
  }
  const named = observation.scene.sessions.filter(each => each.name === sessionNameOf(record));
  if (home !== undefined && named.length > 1)
    evidence.push(
      hint('ambiguous-session', 'more than one tmux server has a session of this name'),
    );
  const naming = home === undefined ? [] : homes.recordsNaming(sessionNameOf(record));
  const others = naming.slice(0, mostNamed + 1).filter(other => other !== record);
  for (const { entry } of others.slice(0, mostNamed))
    evidence.push(
      hint(
        'registry-disagreement',
        `${entry.id} of ${entry.task ?? 'no task'} is recorded in the same session`,
      ),
    );
  const more = naming.length - 1 - mostNamed;
  if (more > 0)
    evidence.push(hint('registry-disagreement', `and ${more} more entries name the same session`));
  return evidence;
}

/** Further entries of the same session are counted, not named. */
const mostNamed = 5;

export function describeSession({ name, socket, panes }: Session): string {
  const each = panes.map(({ pane }) =>
    pane.dead ? `pane ${pane.paneId} is dead` : `pane pid ${pane.panePid}`,
  );
  return `tmux session ${name} is alive on socket ${socket}, ${each.join(', ')}`;
}

export function attachedText({ attached }: Session): string {
  return `${attached} ${attached === 1 ? 'client is' : 'clients are'} attached to it`;
}

/** A session ends with its agent only if every pane is the agent's: its first process and everything else on
 * its terminal.
 * @returns why it is kept; undefined if it ends. */
export function keptSession(session: Session, observation: Observation): Evidence | undefined {
  const { homes, memberships } = observation.attribution;
  const owners = new Set(session.panes.flatMap(pane => homes.ownerOf(pane)?.owner ?? []));
  const kept = (pane: string, why: string) =>
    contradiction('kept-session', `session ${session.name} is kept: pane ${pane} ${why}`);
  for (const each of session.panes) {
    const { pane, root } = each;
    if (homes.ownerOf(each) === undefined)
      return kept(pane.paneId, `is not the agent’s${root ? `: ${describeProcess(root)}` : ''}`);
    const guest = root && guestOn(root, observation, memberships);
    if (guest !== undefined)
      return kept(pane.paneId, `has ${describeProcess(guest)} on its terminal`);
  }
  return owners.size > 1
    ? contradiction('kept-session', `session ${session.name} is kept: it has panes of other agents`)
    : undefined;
}

/** A process on the pane's terminal without an owner: killing the shell would send it SIGHUP. */
function guestOn(
  root: Process,
  { scene }: Observation,
  memberships: ReadonlyMap<number, unknown>,
): Process | undefined {
  if (root.tty === 0) return undefined;
  return scene.tree
    .subtreeOf(root)
    .find(each => each.tty === root.tty && isAlive(each) && !memberships.has(each.pid));
}

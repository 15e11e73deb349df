/** The verdict on agent sessions without an entry. */
import { doubt, type Evidence, hint, proof } from '../evidence/evidence.ts';
import { idsWrittenBy } from '../evidence/own-files.ts';
import { attachedText, describeSession, keptSession } from '../evidence/session-evidence.ts';
import { identityOf, type Process } from '../model/model.ts';
import { describeProcess } from '../programs/process-name.ts';
import {
  type Draft,
  type Observation,
  programIn,
  rowProcesses,
  rowSession,
  sums,
} from './draft.ts';
import { unreadableSource } from './judge-interactive.ts';
import { isAlive, type Scene, type Session } from './scene.ts';
import { cwdOf } from './vendor-records.ts';

/** Sessions with an agent's name and no entry. */
export function judgeSessions(observation: Observation): Draft[] {
  const { scene, attribution } = observation;
  return scene.sessions
    .filter(session => session.leftOut === undefined)
    .filter(session => attribution.homes.ownerOfSession(session) === session.key)
    .filter(({ key, panes }) => panes.some(pane => attribution.homes.ownerOf(pane)?.owner === key))
    .map(session => {
      const members = (attribution.members.get(session.key) ?? []).filter(isAlive);
      const unreadable = unreadableSource(observation) ?? ambiguity(session, observation);
      const tie = tieToWorkspace(members, scene);
      const kept = keptSession(session, observation);
      const agents = members.filter(each => scene.kindOf(each).kind === 'agent');
      const roots = session.panes.flatMap(({ root }) => root ?? []);
      return {
        class: unreadable === undefined ? 'orphan' : 'unknown',
        key: session.key,
        session: rowSession(session),
        processes: rowProcesses(members, observation),
        program: programIn(members, scene),
        cwd: cwdOf(members, [], scene.inventory.directories),
        ...sums(members),
        startedAt: session.createdAt,
        lastActivityAt: session.activityAt,
        evidence: [
          proof('session', describeSession(session)),
          unreadable ?? missingEntry(observation, session.name),
          tie ?? doubt('claim', 'only its name suggests an agent of this workspace'),
          ...(kept === undefined ? [] : [kept]),
          ...(session.attached > 0 ? [doubt('attached', attachedText(session))] : []),
        ],
        confidence:
          unreadable !== undefined ? undefined : tie === undefined ? 'suspected' : 'proven',
        keepsSession: kept,
        panes: session.panes
          .filter(pane => attribution.homes.ownerOf(pane)?.owner === session.key)
          .map(({ pane }) => pane),
        roots: [...agents, ...roots].map(identityOf),
        youngest: Math.max(session.createdAt, newestRegistry(observation)),
      } satisfies Draft;
    });
}

/** The log of this workspace that one of its processes writes. */
function tieToWorkspace(members: readonly Process[], scene: Scene): Evidence | undefined {
  for (const member of members) {
    const [id] = idsWrittenBy(member, scene);
    if (id === undefined) continue;
    const text = `${describeProcess(member)} in it writes the log of ${id} in this workspace`;
    return proof('own-file', text);
  }
  return undefined;
}

/** An entry names it, but nothing ties the entry to this session rather than another. */
function ambiguity(session: Session, { attribution }: Observation): Evidence | undefined {
  const [record] = attribution.homes.recordsNaming(session.name);
  if (record === undefined) return undefined;
  const text = `the entry of ${record.entry.id} names it, but nothing proves that they belong together`;
  return doubt('ambiguous-session', text);
}

function missingEntry(observation: Observation, name: string): Evidence {
  const count = observation.scene.inventory.registries.length;
  if (count === 0) return hint('absence', 'it has an agent’s name, but no registry was found');
  const registries = count === 1 ? 'registry' : 'registries';
  return hint('absence', `${name} is an agent’s name, but has no entry in ${count} ${registries}`);
}

function newestRegistry({ scene }: Observation): number {
  return Math.max(0, ...scene.inventory.registries.map(registry => registry.modifiedAt));
}

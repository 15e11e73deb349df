/** Why no bulk command ends the agent of an entry despite its class. */
import { doubt, type Evidence } from '../evidence/evidence.ts';
import type { Process } from '../model/model.ts';
import { describeProcess } from '../programs/process-name.ts';
import type { AgentRecord } from '../registry/merge.ts';
import type { Observation } from './draft.ts';
import { isCarrier } from './judge-content.ts';
import { hasOwnName, isInteractiveShell, type ScenePane, type Session } from './scene.ts';

/** When a finished entry was marked so, as far as it says; else when its file was written. */
export function finishedSince({ entry, modifiedAt }: AgentRecord): number {
  return entry.finishedAt ?? entry.lastUpdateAt ?? modifiedAt;
}

export type Judged = {
  readonly home: Session | undefined;
  readonly members: readonly Process[];
  /** Panes that belong to the row. */
  readonly panes: readonly ScenePane[];
  readonly isHusk: boolean;
  /** More than a name or a claim ties a member to the agent. */
  readonly isProven: boolean;
};

/** Only a name or a claim ties it to this agent, or a user may have gone on in its shell. Exception: a session with
 * exactly its name in which only shells wait. */
export function sparedInBulk(
  record: AgentRecord,
  observation: Observation,
  judged: Judged,
): Evidence | undefined {
  const { home, members } = judged;
  const { scene } = observation;
  const foreign = record.registries
    .map(({ workspace }) => scene.inventory.foreign?.get(workspace))
    .find(Boolean);
  if (foreign !== undefined) return doubt('claim', foreign);
  const later = startedLater(record, observation, judged);
  if (later !== undefined) {
    const text = `${describeProcess(later)} was started from its shell after the entry was finished`;
    return doubt('claim', `${text}, perhaps by a user; end it by name`);
  }
  if (judged.isProven) return undefined;
  const isOwnHusk = judged.isHusk && home !== undefined && hasOwnName(record, scene.prefixes);
  if (isOwnHusk && members.every(each => isCarrier(each, scene))) return undefined;
  if (members.length === 0 && home === undefined) return undefined;
  return doubt('claim', 'only the entry and a name tie it to this agent; end it by name');
}

/** A shell stays in the session of a finished agent, and whoever attaches to it may type there. What such a shell
 * has started since, or what lost its parent since without an agent that could have started it, need not be the
 * agent's, whatever it inherited. */
function startedLater(
  record: AgentRecord,
  { scene }: Observation,
  { members, panes }: Judged,
): Process | undefined {
  if (record.status !== 'terminal') return undefined;
  const since = finishedSince(record);
  const stayed = ({ root }: ScenePane) =>
    root && root.startedAt <= since && isInteractiveShell(root, scene) ? [root] : [];
  const shells = new Set(panes.flatMap(stayed));
  if (shells.size === 0) return undefined;
  const isIts = (each: Process) => each.startedAt <= since && !isCarrier(each, scene);
  const hasAgent = members.some(each => isIts(each) && scene.kindOf(each).kind === 'agent');
  return members.find(each => {
    if (each.startedAt <= since || isCarrier(each, scene)) return false;
    const above = scene.tree.ancestorsOf(each);
    const shell = above.findIndex(parent => shells.has(parent));
    return shell < 0 ? !hasAgent : !above.slice(0, shell).some(isIts);
  });
}

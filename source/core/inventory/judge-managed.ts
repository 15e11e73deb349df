/** Rows of what another manager has started get it as their owner, and no bulk command ends them. The leftovers of its
 * agents are not its own: they stay what they are. */

import { type Managed, managerOf, sparedForManager } from '../evidence/manager-owners.ts';
import { unitOf } from '../evidence/unit-owners.ts';
import type { RowClass } from '../model/model.ts';
import { formatKey } from '../model/row-keys.ts';
import { managers } from '../programs/managers.ts';
import type { Draft, Observation } from './draft.ts';
import type { Scene, ScenePane, Session } from './scene.ts';

const judged: ReadonlySet<RowClass> = new Set([
  'live',
  'undead',
  'husk',
  'orphan',
  'interactive',
  'unknown',
]);

/** @returns the drafts, those of managed agents with their owner. */
export function withManagers(drafts: readonly Draft[], { scene }: Observation): readonly Draft[] {
  const isRecorded = (scene.inventory.managed ?? []).some(({ records }) => records.length > 0);
  const sessions = scene.sessions.filter(
    ({ name, leftOut }) => leftOut === undefined && (isRecorded || isManagersName(name)),
  );
  const byKey = new Map(sessions.map(each => [each.key, each]));
  return drafts.map(draft => {
    if (!judged.has(draft.class)) return draft;
    const found = ownerOf(draft, byKey, scene);
    return found === undefined ? draft : withOwner(draft, found);
  });
}

function isManagersName(session: string): boolean {
  return managers.some(({ prefixes }) =>
    prefixes.some(({ text, isSure }) => isSure && session.startsWith(text)),
  );
}

function withOwner(draft: Draft, { owner, evidence }: Managed): Draft {
  // An entry outranks a name, and what its vendor's daemon brings back is stopped there.
  if (draft.agentId !== undefined && owner.managed?.isSuspected === true) return draft;
  if (draft.owner?.stop !== undefined) return draft;
  return {
    ...draft,
    owner,
    evidence: [...draft.evidence, evidence],
    spared: sparedForManager(owner),
  };
}

function ownerOf(
  draft: Draft,
  sessions: ReadonlyMap<string, Session>,
  scene: Scene,
): Managed | undefined {
  const [main] = draft.processes;
  if (draft.session === undefined)
    return draft.class === 'interactive' && main !== undefined
      ? unitOf(main, draft.processes, scene)
      : undefined;
  const { socket, name } = draft.session;
  const session = sessions.get(formatKey({ kind: 'session', socket, name }));
  const pane = session && paneOf(draft, session, scene);
  return pane && managerOf(pane, session, draft.processes, scene);
}

/** The pane around its main process; of what has none, the first of its session. */
function paneOf({ processes }: Draft, { panes }: Session, scene: Scene): ScenePane | undefined {
  const [main] = processes;
  if (main === undefined) return panes[0];
  const line = new Set([main, ...scene.tree.ancestorsOf(main)].map(({ pid }) => pid));
  return panes.find(({ root }) => root !== undefined && line.has(root.pid));
}

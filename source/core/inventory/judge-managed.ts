/** Rows of what another manager has started get it as their owner, and no bulk command ends them. The leftovers of its
 * agents are not its own: they stay what they are. */

import { type Managed, managerOf, sparedForManager } from '../evidence/manager-owners.ts';
import { unitOf } from '../evidence/unit-owners.ts';
import type { RowClass } from '../model/model.ts';
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
  const isUsed =
    (scene.inventory.managed ?? []).length > 0 ||
    scene.sessions.some(({ name }) => isManagersName(name)) ||
    drafts.some(draft => draft.class === 'interactive' && draft.session === undefined);
  return isUsed ? drafts.map(draft => withManager(draft, scene)) : drafts;
}

function isManagersName(session: string): boolean {
  return managers.some(({ prefixes }) =>
    prefixes.some(({ text, isSure }) => isSure && session.startsWith(text)),
  );
}

function withManager(draft: Draft, scene: Scene): Draft {
  if (!judged.has(draft.class)) return draft;
  const found = ownerOf(draft, scene);
  if (found === undefined) return draft;
  const { owner, evidence } = found;
  // An entry outranks a name.
  if (draft.agentId !== undefined && owner.managed?.isSuspected === true) return draft;
  return {
    ...draft,
    owner,
    evidence: [...draft.evidence, evidence],
    spared: sparedForManager(owner),
  };
}

function ownerOf(draft: Draft, scene: Scene): Managed | undefined {
  const [main] = draft.processes;
  if (draft.session === undefined)
    return draft.class === 'interactive' && main !== undefined
      ? unitOf(main, draft.processes, scene)
      : undefined;
  const session = sessionOf(draft, scene);
  const pane = session && paneOf(draft, session, scene);
  return pane && managerOf(pane, session, draft.processes, scene);
}

function sessionOf({ session }: Draft, scene: Scene): Session | undefined {
  return scene.sessions.find(
    each =>
      each.leftOut === undefined && each.name === session?.name && each.socket === session.socket,
  );
}

/** The pane around its main process; of what has none, the first of its session. */
function paneOf({ processes }: Draft, { panes }: Session, scene: Scene): ScenePane | undefined {
  const [main] = processes;
  if (main === undefined) return panes[0];
  const line = new Set([main, ...scene.tree.ancestorsOf(main)].map(({ pid }) => pid));
  return panes.find(({ root }) => root !== undefined && line.has(root.pid));
}

/** One look with what the judges need, and the evidence of it in few words. */

import { createAbsenceDoubt } from '../../source/core/evidence/absence.ts';
import type { Evidence } from '../../source/core/evidence/evidence.ts';
import { attribute } from '../../source/core/inventory/attribute.ts';
import type { Observation } from '../../source/core/inventory/draft.ts';
import {
  createScene,
  noProbe,
  type Probe,
  type Scene,
  unreadDescriptors,
} from '../../source/core/inventory/scene.ts';
import type { Descriptors, Inventory, Origin, Process } from '../../source/core/model/model.ts';
import { knowledge, serverPid } from './inventory.ts';

export function observationOf(given: Inventory, probe: Probe = noProbe): Observation {
  const scene = createScene(given, knowledge, probe);
  return {
    scene,
    attribution: attribute(scene, new Map()),
    absenceDoubt: createAbsenceDoubt(scene),
  };
}

export function processAt(scene: Scene, pid: number): Process {
  const process = scene.tree.byPid.get(pid);
  if (process === undefined) throw new Error(`there is no pid ${pid}`);
  return process;
}

/** `kind: strength`, sorted. */
export function wordsOf(evidence: readonly Evidence[] | undefined): readonly string[] | undefined {
  return evidence?.map(({ kind, strength }) => `${kind}: ${strength}`).sort();
}

/** Marks of agent programs in an environment that could be read. */
export function marked(marks: Readonly<Record<string, string>>, more: Origin = {}): Origin {
  return { programMarks: new Map(Object.entries(marks)), ...more };
}

/** `TMUX` and `TMUX_PANE` of a pane, of the usual server where none is named. */
export function inPane(pane: string, server = serverPid): Origin {
  return {
    tmuxPane: pane,
    tmux: { socketPath: '/tmp/tmux-1000/default', serverPid: server, session: 1 },
  };
}

/** What a process has open where it could be read: nothing of note, but for what is given. */
export function opened(more: Partial<Descriptors> = {}): Descriptors {
  return { ...unreadDescriptors, isRead: true, peer: 'there', ...more };
}

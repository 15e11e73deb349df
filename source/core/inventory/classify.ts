/** Inventory → Snapshot. Pure: the same inventory and memory give the same result. */

import { createAbsenceDoubt } from '../evidence/absence.ts';
import { hint, proof } from '../evidence/evidence.ts';
import type { Membership } from '../evidence/named-owners.ts';
import type {
  Inventory,
  RegistryReading,
  RegistrySummary,
  Row,
  Sighting,
  Snapshot,
} from '../model/model.ts';
import { identityOf } from '../model/model.ts';
import { processKey } from '../model/row-keys.ts';
import { tasksOf } from '../registry/task-descriptions.ts';
import { attribute, type Remembered } from './attribute.ts';
import type { Observation } from './draft.ts';
import { createEndedRows } from './ended-rows.ts';
import { judgeAgent } from './judge-agents.ts';
import { judgeInteractive } from './judge-interactive.ts';
import { judgeLeftovers } from './judge-leftovers.ts';
import { withManagers } from './judge-managed.ts';
import { judgeSessions } from './judge-sessions.ts';
import { judgeHosts, judgeRecords } from './judge-vendors.ts';
import { judgeZombies } from './judge-zombies.ts';
import { type Memory, rememberLineage, settle } from './memory.ts';
import { problemsOf } from './problems.ts';
import { sightingsOf } from './remember-sessions.ts';
import { createScene, noProbe, type Probe, type Scene, type SceneRules } from './scene.ts';
import { totalsOf } from './totals.ts';

export type Knowledge = SceneRules;

export type Judged = {
  readonly snapshot: Snapshot;
  readonly memory: Memory;
  /** Sessions proven to be an agent's, to be stored. */
  readonly sightings: readonly Sighting[];
};

/** Classifies one poll, given the memory of earlier polls.
 * @param probe reads the open files of the few processes that need it.
 * @returns the snapshot, and the memory for the next poll. */
export function classify(
  inventory: Inventory,
  memory: Memory,
  knowledge: Knowledge,
  probe: Probe = noProbe,
): Judged {
  const steps = classifySteps(inventory, memory, knowledge, probe);
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

/** The same in steps of a few milliseconds, so that keys are handled in between even with thousands of
 * processes. */
export function* classifySteps(
  inventory: Inventory,
  memory: Memory,
  knowledge: Knowledge,
  probe: Probe = noProbe,
): Generator<undefined, Judged, undefined> {
  const scene = createScene(inventory, knowledge, probe);
  yield;
  const remembered = rememberedOf(scene, [...journalLineage(inventory), ...memory.lineage]);
  const observation: Observation = {
    scene,
    attribution: attribute(scene, remembered),
    absenceDoubt: createAbsenceDoubt(scene),
  };
  yield;
  const leftovers = judgeLeftovers(observation, remembered);
  const leftoverPids = new Set(leftovers.flatMap(row => row.processes.map(process => process.pid)));
  yield;
  const ended = createEndedRows(observation, memory.ended);
  const agents = scene.records.map(
    record => ended.rowOf(record) ?? judgeAgent(record, observation),
  );
  yield;
  const drafts = [
    ...agents,
    ...judgeSessions(observation),
    ...leftovers,
    ...judgeInteractive(observation, leftoverPids),
    ...judgeHosts(observation),
    ...judgeRecords(observation),
    ...judgeZombies(observation),
  ];
  yield;
  const settled = settle(withManagers(drafts, observation), scene.now, memory.since);
  // If the process table could not be read, nothing is proven absent: keep the lineage.
  const known = scene.sources.processes
    ? rememberLineage(observation, settled.rows, remembered)
    : memory.lineage;
  yield;
  return {
    snapshot: {
      takenAt: inventory.takenAt,
      tookMs: inventory.tookMs,
      machine: inventory.machine,
      vitals: inventory.vitals,
      workspaces: inventory.workspaces,
      rows: withForeignTerminations(settled.rows, inventory),
      registries: summariesOf(scene, settled.rows),
      tasks: tasksOf(inventory.registries),
      totals: totalsOf(settled.rows, inventory.workspaces),
      problems: problemsOf(scene),
      unsettled: settled.unsettled,
    },
    memory: { lineage: known, since: settled.since, ended: ended.keep(settled.rows) },
    sightings: sightingsOf(observation),
  };
}

/** In process-table order: a claim must not depend on when a process was first seen. */
function rememberedOf(scene: Scene, known: readonly (readonly [string, Membership])[]): Remembered {
  const lineage = new Map(known);
  if (lineage.size === 0) return new Map();
  return new Map(
    scene.processes.flatMap(process => {
      const past = lineage.get(identityOf(process));
      return past === undefined ? [] : [[process.pid, past] as const];
    }),
  );
}

/** The kill journal knows the processes being terminated even after their session is gone. A process with a
 * row of its own has no other owner. */
function journalLineage({ endings = [] }: Inventory) {
  return endings.flatMap(({ key, by, processes }) =>
    processes.flatMap(process => {
      const text = `in the kill set of a termination started by vigil pid ${by}`;
      return key === processKey(process)
        ? []
        : [[identityOf(process), { owner: key, evidence: proof('kill-journal', text) }] as const];
    }),
  );
}

/** Adds the stage that another vigil's termination has reached, if reported. */
function withForeignTerminations(
  rows: readonly Row[],
  { endings = [] }: Inventory,
): readonly Row[] {
  const reported = endings.filter(({ escalation }) => escalation !== undefined);
  if (reported.length === 0) return rows;
  return rows.map(row => {
    const termination = reported.find(({ key }) => key === row.key);
    if (termination === undefined) return row;
    const text = `vigil pid ${termination.by} is ending it`;
    const evidence = [...row.evidence, hint('other-termination', text)];
    return { ...row, escalation: termination.escalation, evidence };
  });
}

/** Records of one registry. */
type Count = { active: number; live: number };

/** Per registry file: recorded active against actually alive. */
function summariesOf(scene: Scene, rows: readonly Row[]): RegistrySummary[] {
  const live = new Set(rows.filter(row => row.class === 'live').map(row => row.key));
  const isComplete = scene.sources.processes && scene.sources.tmux;
  const byRegistry = new Map<RegistryReading, Count>();
  for (const { key, status, registries } of scene.records)
    for (const registry of new Set(registries)) {
      const count = byRegistry.get(registry) ?? { active: 0, live: 0 };
      byRegistry.set(registry, count);
      if (status === 'active') count.active++;
      if (live.has(key)) count.live++;
    }
  return scene.inventory.registries.map(registry => {
    const count = byRegistry.get(registry) ?? { active: 0, live: 0 };
    const content = registry.reading.ok ? registry.reading.value : undefined;
    return {
      path: registry.path,
      kind: registry.kind,
      scope: registry.scope,
      ok: registry.reading.ok,
      agents: content?.entries.length ?? 0,
      recordedActive: content?.countedActive ?? count.active,
      actualActive: isComplete ? count.live : undefined,
      lockedBy: registry.lockedBy,
    };
  });
}

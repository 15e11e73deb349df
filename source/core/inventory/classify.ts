/** Inventory → Snapshot. Pure: the same inventory and memory give the same claims. */
import type { Inventory, Problem, RegistrySummary, Row, Snapshot } from '../model.ts';
import { identityOf } from '../model.ts';
import { shortPath } from '../registry/merge.ts';
import { attribute } from './attribute.ts';
import type { Look } from './draft.ts';
import { judgeAgents, unaskedServers } from './judge-agents.ts';
import { judgeLeftOvers } from './judge-left-overs.ts';
import { judgeInteractive, judgeSessions, judgeZombies } from './judge-unrecorded.ts';
import { type Memory, rememberLineage, settle } from './memory.ts';
import type { Recogniser } from './recognise.ts';
import { createScene, type Scene } from './scene.ts';
import { totalsOf } from './totals.ts';

export type Knowledge = {
  readonly recogniser: Recogniser;
  readonly sessionPrefixes: readonly string[];
};

export type Judged = { readonly snapshot: Snapshot; readonly memory: Memory };

/** Judges one look with what is remembered from the looks before it.
 * @returns the snapshot, and the memory for the next look. */
export function classify(inventory: Inventory, memory: Memory, knowledge: Knowledge): Judged {
  const steps = classifySteps(inventory, memory, knowledge);
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

/** The same a step at a time, for who has keys to read in between: of thousands of processes each step takes
 * milliseconds. */
export function* classifySteps(
  inventory: Inventory,
  memory: Memory,
  knowledge: Knowledge,
): Generator<undefined, Judged, undefined> {
  const scene = createScene(inventory, knowledge.recogniser, knowledge.sessionPrefixes);
  yield;
  const lineage = new Map([...notedLineage(inventory), ...memory.lineage]);
  const look: Look = { scene, attribution: attribute(scene, lineage) };
  yield;
  const leftOvers = judgeLeftOvers(look, lineage);
  const leftOver = new Set(leftOvers.flatMap(row => row.processes.map(process => process.pid)));
  yield;
  const agents = judgeAgents(look);
  yield;
  const drafts = [
    ...agents,
    ...judgeSessions(look),
    ...leftOvers,
    ...judgeInteractive(look, leftOver),
    ...judgeZombies(look),
  ];
  yield;
  const settled = settle(drafts, scene.now, memory.since);
  // A failed look of the process table is not an absence: what was known stays known.
  const known = scene.sources.processes
    ? rememberLineage(look, settled.rows, lineage)
    : memory.lineage;
  yield;
  return {
    snapshot: {
      takenAt: inventory.takenAt,
      tookMs: inventory.tookMs,
      machine: inventory.machine,
      vitals: inventory.vitals,
      workspaces: inventory.workspaces,
      rows: withForeignEndings(settled.rows, inventory),
      registries: summariesOf(scene, settled.rows),
      totals: totalsOf(settled.rows, inventory.workspaces),
      problems: problemsOf(scene),
      unsettled: settled.unsettled,
    },
    memory: { lineage: known, since: settled.since },
  };
}

/** Whose ending was begun is known by its note, also when its session is gone. A process that is a row itself
 * belongs to nobody but itself. */
function notedLineage({ endings = [] }: Inventory) {
  return endings.flatMap(({ key, by, processes }) =>
    processes.map(identityOf).flatMap(identity => {
      const reason = `in the kill set of an ending that vigil pid ${by} began`;
      return key === `process:${identity}` ? [] : [[identity, { owner: key, reason }] as const];
    }),
  );
}

/** How far another vigil is with an ending, where it tells. */
function withForeignEndings(rows: readonly Row[], { endings = [] }: Inventory): readonly Row[] {
  const told = endings.filter(({ escalation }) => escalation !== undefined);
  if (told.length === 0) return rows;
  return rows.map(row => {
    const ending = told.find(({ key }) => key === row.key);
    if (ending === undefined) return row;
    const evidence = [...row.evidence, `vigil pid ${ending.by} is ending it`];
    return { ...row, escalation: ending.escalation, evidence };
  });
}

/** Per registry file: what it counts as active against what is alive. */
function summariesOf(scene: Scene, rows: readonly Row[]): RegistrySummary[] {
  const live = new Set(rows.filter(row => row.class === 'live').map(row => row.key));
  const isComplete = scene.sources.processes && scene.sources.tmux;
  return scene.inventory.registries.map(registry => {
    const records = scene.records.filter(record => record.registries.includes(registry));
    const content = registry.reading.ok ? registry.reading.value : undefined;
    return {
      path: registry.path,
      kind: registry.kind,
      scope: registry.scope,
      ok: registry.reading.ok,
      agents: content?.entries.length ?? 0,
      recordedActive:
        content?.countedActive ?? records.filter(record => record.status === 'active').length,
      actualActive: isComplete ? records.filter(record => live.has(record.key)).length : undefined,
      lockedBy: registry.lockedBy,
    };
  });
}

function problemsOf(scene: Scene): Problem[] {
  const { inventory } = scene;
  const problems: Problem[] = [...inventory.problems];
  if (!inventory.processes.ok)
    problems.push({
      source: 'processes',
      message: `the process table could not be read: ${inventory.processes.reason}`,
      unread: true,
    });
  for (const { socket, reading } of inventory.servers)
    if (!reading.ok)
      problems.push({
        source: 'tmux',
        message: `tmux socket ${socket}: ${reading.reason}`,
        unread: true,
      });
  for (const server of unaskedServers(scene))
    problems.push({
      source: 'tmux',
      message: `tmux server pid ${server.pid} was not asked: its socket is not in the socket directory; name it with -S PATH, or have it make its socket again with kill -USR1 ${server.pid}`,
      unread: false,
    });
  for (const registry of inventory.registries) {
    if (!registry.reading.ok) {
      const message = `${registry.path}: ${registry.reading.reason}`;
      problems.push({ source: 'registry', message, unread: true });
      continue;
    }
    const faults = [
      ...registry.reading.value.faults,
      ...registry.reading.value.entries.flatMap(entry =>
        entry.faults.map(fault => `${entry.id}: ${fault}`),
      ),
    ];
    if (faults.length > 0)
      problems.push({
        source: 'registry',
        message: `${shortPath(registry)}: ${faults[0]}${faults.length > 1 ? ` (and ${faults.length - 1} more)` : ''}`,
        unread: false,
      });
  }
  return problems;
}

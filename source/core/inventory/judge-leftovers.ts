/** Leftovers of terminated agents. A name alone proves nothing: it takes a process that has lost its parent,
 * and evidence that its owner is gone. */

import { lostParent } from '../evidence/adoption.ts';
import { isBoundary } from '../evidence/boundaries.ts';
import { doubt, type Evidence, hint, proof } from '../evidence/evidence.ts';
import { confidenceOf, isDecided } from '../evidence/leftover-confidence.ts';
import { candidateEvidence, openEvidence } from '../evidence/leftover-evidence.ts';
import type { Membership } from '../evidence/named-owners.ts';
import { recordsByLog, writerAmong } from '../evidence/own-files.ts';
import { type Confidence, identityOf, type Process, type RowProcess } from '../model/model.ts';
import { processKey } from '../model/row-keys.ts';
import { describeProcess } from '../programs/process-name.ts';
import { programOfMarks } from '../programs/program-marks.ts';
import { isOffRecord, type Remembered } from './attribute.ts';
import { type Draft, itself, type Observation, programIn, rowProcesses, sums } from './draft.ts';
import { isPresent } from './judge-agents.ts';
import { unreadableSource } from './judge-interactive.ts';
import { isAlive, isInteractiveShell, isOurs, type Scene } from './scene.ts';

type Finding = {
  readonly owner?: Membership;
  readonly evidence: readonly Evidence[];
  readonly confidence: Confidence;
};

/** @returns one row per topmost leftover, with all its descendants. */
export function judgeLeftovers(observation: Observation, remembered: Remembered): Draft[] {
  const found = findLeftovers(observation, remembered);
  const roots = [...found].filter(([process]) =>
    observation.scene.tree.ancestorsOf(process).every(parent => !found.has(parent)),
  );
  const unreadable = unreadableSource(observation);
  return roots.map(([root, { owner, evidence, confidence }]) => {
    const { scene } = observation;
    const members = scene.tree
      .subtreeOf(root, process => isFreeBelow(process, owner?.owner, observation))
      .filter(isAlive);
    const shell = members.find(each => isUsersShell(each, scene));
    const parent = scene.tree.byPid.get(root.ppid);
    const doubtOfAbsence = unreadable ?? doubtAbout(owner, observation);
    const record = owner === undefined ? undefined : scene.recordByKey.get(owner.owner);
    return {
      class: doubtOfAbsence === undefined ? 'orphan' : 'unknown',
      key: processKey(root),
      type: typeOf(root, scene),
      program:
        programIn(members, scene) ??
        programOfMarks(scene.originOf(root).programMarks?.keys() ?? []),
      parent: record?.entry.id ?? owner?.agentId,
      processes: leaderFirst(root, rowProcesses(members, observation)).map(each =>
        below(root, each),
      ),
      ...sums(members),
      startedAt: root.startedAt,
      evidence: [
        proof('itself', describeProcess(root)),
        ...(parent === undefined
          ? [proof('lost-parent', `its parent pid ${root.ppid} is gone`)]
          : evidence.some(({ kind }) => kind === 'lost-parent')
            ? []
            : [proof('lost-parent', `its parent is now ${describeProcess(parent)}`)]),
        ...evidence,
        ...(shell === undefined
          ? []
          : [doubt('peoples-terminal', `someone may be using ${describeProcess(shell)} below it`)]),
        ...(doubtOfAbsence === undefined ? [] : [doubtOfAbsence]),
      ],
      confidence:
        doubtOfAbsence !== undefined ? undefined : shell === undefined ? confidence : 'suspected',
      roots: [identityOf(root)],
      youngest: root.startedAt,
    } satisfies Draft;
  });
}

/** Only the leader is a row by itself. */
function below(root: Process, process: RowProcess): RowProcess {
  const isBelow = process.reason.kind === 'itself' && process.pid !== root.pid;
  return isBelow
    ? { ...process, reason: { ...itself, text: `belongs to pid ${root.pid}` } }
    : process;
}

/** A leftover has the name and pid of its leader: what runs below it comes and goes. An agent program is its own. */
function leaderFirst(root: Process, processes: readonly RowProcess[]): readonly RowProcess[] {
  const [main] = processes;
  const leader = main?.role === 'agent' ? main : processes.find(({ pid }) => pid === root.pid);
  if (leader === undefined) return processes;
  return [leader, ...processes.filter(each => each !== leader)];
}

/** If the agent's absence is unproven, nothing is its leftover. */
function doubtAbout(
  owner: Membership | undefined,
  { scene, absenceDoubt }: Observation,
): Evidence | undefined {
  const record = owner === undefined ? undefined : scene.recordByKey.get(owner.owner);
  const unproven = record === undefined ? undefined : absenceDoubt(record);
  return unproven && doubt(unproven.kind, `its owner may be alive: ${unproven.text}`);
}

function findLeftovers(observation: Observation, remembered: Remembered): Map<Process, Finding> {
  const { scene, attribution } = observation;
  const isThere = presenceIn(observation);
  const candidates = new Map<Process, Pick<Finding, 'owner' | 'evidence'>>();
  for (const process of scene.processes) {
    if (!isAlive(process) || !isOurs(process, scene.machine)) continue;
    const { kind } = scene.kindOf(process);
    const owner = attribution.memberships.get(process.pid) ?? remembered.get(process.pid);
    // Most of the table: no owner, and no origin read.
    if (owner === undefined && kind === 'other' && !scene.inventory.origins.has(process.pid))
      continue;
    if (isBoundary(process, scene) || kind === 'infrastructure') continue;
    if (scene.paneByRoot.has(process.pid)) continue;
    // Its vendor lists it as an agent of its own.
    if (scene.vendorRecords.of(process).length > 0) continue;
    if (owner !== undefined && isThere(owner.owner)) continue;
    const known = owner && (isOffRecord(owner, scene) ? ofUnrecorded(owner) : ofGone(owner));
    const evidence = candidateEvidence(process, observation, known);
    if (evidence !== undefined) candidates.set(process, { owner, evidence });
  }
  for (const [process, owner] of writersOfLogs(candidates, observation, isThere)) {
    const evidence = candidateEvidence(process, observation, ofGone(owner));
    if (evidence !== undefined) candidates.set(process, { owner, evidence });
  }
  openUndecided(candidates, scene);
  const found = new Map<Process, Finding>();
  for (const [process, { owner, evidence: known }] of candidates) {
    const evidence = isDecided(known) ? known : [...known, ...openEvidence(process, observation)];
    const confidence = confidenceOf(evidence);
    if (confidence !== undefined) found.set(process, { owner, evidence, confidence });
  }
  return found;
}

/** Processes without a parent, in a pane that is gone, that still write the log of a terminated agent. */
function writersOfLogs(
  candidates: ReadonlyMap<Process, unknown>,
  observation: Observation,
  isThere: Presence,
): Map<Process, Membership> {
  const { scene, attribution } = observation;
  const isPaneGone = (process: Process) => {
    const origin = scene.originOf(process);
    return origin.tmuxPane !== undefined && scene.paneNamedBy(origin) === undefined;
  };
  const open = scene.processes.filter(
    process =>
      !candidates.has(process) &&
      isAlive(process) &&
      isOurs(process, scene.machine) &&
      isPaneGone(process) &&
      !attribution.memberships.has(process.pid) &&
      !isBoundary(process, scene) &&
      lostParent(process, scene) !== undefined,
  );
  if (open.length === 0) return new Map();
  scene.probe(open);
  const logs = recordsByLog(scene.records);
  return new Map(
    open.flatMap((process): [Process, Membership][] => {
      const record = writerAmong([process], logs, scene)?.record;
      if (record === undefined || isThere(record.key)) return [];
      const evidence = proof('own-file', `it writes the log of ${record.entry.id}`);
      return [[process, { owner: record.key, agentId: record.entry.id, evidence }]];
    }),
  );
}

/** Opens all undecided candidates together: a pipe that two of them share proves no living peer. */
function openUndecided(
  candidates: ReadonlyMap<Process, Pick<Finding, 'evidence'>>,
  scene: Scene,
): void {
  const open = [...candidates].filter(([, { evidence }]) => !isDecided(evidence));
  if (open.length === 0) return;
  const below = [...candidates.keys()].flatMap(process => scene.tree.subtreeOf(process));
  scene.probe(
    open.map(([process]) => process),
    below.map(({ pid }) => pid),
  );
}

function ofGone({ owner, agentId, evidence }: Membership): Evidence {
  const text = `started by ${agentId ?? owner}, which is gone: ${evidence.text}`;
  return { ...evidence, text };
}

function ofUnrecorded({ owner, agentId, evidence: { kind } }: Membership): Evidence {
  return hint(kind, `started by ${agentId ?? owner}, which is no longer recorded`);
}

type Presence = (owner: string) => boolean;

/** Whether the agent, session or root process of a row key exists. Keys of all processes are built only for
 * owners that are neither agent nor session. */
function presenceIn(observation: Observation): Presence {
  const { scene } = observation;
  const sessions = new Set(scene.sessions.map(session => session.key));
  let living: ReadonlySet<string> | undefined;
  return owner => {
    const record = scene.recordByKey.get(owner);
    if (sessions.has(owner) || (record !== undefined && isPresent(record, observation)))
      return true;
    living ??= new Set(scene.processes.filter(isAlive).map(processKey));
    return living.has(owner);
  };
}

/** Everything below a leftover without another owner is a leftover too. */
function isFreeBelow(
  process: Process,
  owner: string | undefined,
  observation: Observation,
): boolean {
  const { kind } = observation.scene.kindOf(process);
  if (isBoundary(process, observation.scene) || kind === 'infrastructure') return false;
  const membership = observation.attribution.memberships.get(process.pid);
  return membership === undefined || membership.owner === owner;
}

/** A shell without a command that leads its own terminal. */
function isUsersShell(process: Process, scene: Scene): boolean {
  return process.tty !== 0 && process.sid === process.pid && isInteractiveShell(process, scene);
}

function typeOf(process: Process, scene: Scene): string {
  const kind = scene.kindOf(process);
  if (kind.kind === 'agent') return kind.program;
  return kind.kind === 'mcp' ? 'mcp' : process.name;
}

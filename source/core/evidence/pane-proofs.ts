/** Panes proven to belong to an agent, even if their session was renamed or they were moved, joined or
 * swapped. */

import {
  hasOwnName,
  isInteractiveShell,
  type Scene,
  type ScenePane,
  sessionNameOf,
} from '../inventory/scene.ts';
import type { Process } from '../model/model.ts';
import { oncePer } from '../model/once-per.ts';
import { describeProcess } from '../programs/process-name.ts';
import { type AgentRecord, activeFirst } from '../registry/merge.ts';
import { type Evidence, proof } from './evidence.ts';
import { leakOf } from './leaks.ts';
import { recordsByLog, writerAmong } from './own-files.ts';

export type PaneProof = { readonly record: AgentRecord; readonly evidence: Evidence };

/** By option, mark, record and birth session: all that is known without opening files. */
export function provenPanes(
  scene: Scene,
  panes: readonly ScenePane[] = scene.panes,
): Map<ScenePane, PaneProof> {
  const byId = recordsById(scene.records);
  const tracked = recordsByIdentity(scene);
  const born = recordsByBirth(scene);
  const proven = new Map<ScenePane, PaneProof>();
  for (const pane of panes) {
    if (pane.root === undefined || pane.leftOut !== undefined) continue;
    const found =
      byOption(pane, pane.root, byId, scene) ??
      byMark(pane.root, byId, scene) ??
      byRecord(pane, pane.root, tracked, scene) ??
      byBirth(pane, pane.root, born, scene);
    if (found !== undefined) proven.set(pane, found);
  }
  return withoutNamesakes(proven, scene);
}

/** A workspace may have been copied with its ids: if panes carry marks of several deploys, the id in them is
 * ambiguous. */
function withoutNamesakes(
  proven: ReadonlyMap<ScenePane, PaneProof>,
  scene: Scene,
): Map<ScenePane, PaneProof> {
  const byMarks = [...proven].filter(([, { evidence }]) => evidence.kind === 'exact-mark');
  const marks = new Map<AgentRecord, Set<string>>();
  for (const [{ root }, { record }] of byMarks) {
    const mark = root && scene.originOf(root).agentMark;
    if (mark !== undefined) marks.set(record, (marks.get(record) ?? new Set()).add(mark));
  }
  const isUnsure = ({ record, evidence }: PaneProof) =>
    evidence.kind === 'exact-mark' && (marks.get(record)?.size ?? 0) > 1;
  return new Map([...proven].filter(([, found]) => !isUnsure(found)));
}

/** By the log that a process in the pane writes. Opens nothing if all these panes are known.
 * @param panes without a proven owner. */
export function panesByLog(panes: readonly ScenePane[], scene: Scene): Map<ScenePane, PaneProof> {
  const logs = recordsByLog(scene.records);
  const trees = panes.map(pane => ({ pane, members: treeOf(pane, scene) }));
  scene.probe(trees.flatMap(({ members }) => members));
  const proven = new Map<ScenePane, PaneProof>();
  for (const { pane, members } of trees) {
    // Children of an agent also write for others: an orchestrator's server keeps agents' logs open.
    const isServer = (each: Process) => ['agent', 'mcp'].includes(scene.kindOf(each).kind);
    const own = members.filter(
      each => scene.kindOf(each).kind !== 'mcp' && !scene.tree.ancestorsOf(each).some(isServer),
    );
    const writer = writerAmong(own, logs, scene);
    if (writer === undefined) continue;
    const text = `${describeProcess(writer.process)} in pane ${pane.pane.paneId} writes its log`;
    proven.set(pane, { record: writer.record, evidence: proof('own-file', text) });
  }
  return proven;
}

/** The pane's first process and its descendants outside other panes. */
export function treeOf({ root }: ScenePane, scene: Scene): readonly Process[] {
  if (root === undefined) return [];
  return scene.tree.subtreeOf(root, each => !scene.paneByRoot.has(each.pid));
}

export function agentIn(pane: ScenePane, scene: Scene): Process | undefined {
  return treeOf(pane, scene).find(each => scene.kindOf(each).kind === 'agent');
}

/** `@vigil_agent` is set on the pane at deploy, and moves with it. It survives `respawn-pane`, so it names
 * the pane process of that time. */
function byOption(
  { pane }: ScenePane,
  root: Process,
  byId: ReadonlyMap<string, AgentRecord>,
  scene: Scene,
): PaneProof | undefined {
  const [, id = '', uuid = '', pid = ''] =
    /^(.+):([^:]+):(\d+)$/s.exec(pane.agentOption ?? '') ?? [];
  const record = byId.get(id);
  if (record === undefined || Number(pid) !== root.pid) return undefined;
  const mark = `${id}:${uuid}`;
  const isSigned = scene.tree
    .subtreeOf(root)
    .some(each => scene.kindOf(each).kind === 'agent' || scene.originOf(each).agentMark === mark);
  const text = `pane ${pane.paneId} has the option @vigil_agent ${id}`;
  return isSigned ? { record, evidence: proof('pane-option', text) } : undefined;
}

function byMark(
  root: Process,
  byId: ReadonlyMap<string, AgentRecord>,
  scene: Scene,
): PaneProof | undefined {
  const id = idOfMark(scene.originOf(root).agentMark);
  const record = id === undefined ? undefined : byId.get(id);
  if (record === undefined || leakOf('VIGIL_AGENT', root, scene, () => false) !== undefined)
    return undefined;
  const text = `VIGIL_AGENT of the pane's first process names ${id}`;
  return { record, evidence: proof('exact-mark', text) };
}

/** A recorded identity is a claim until something about the process is an agent's. */
function byRecord(
  pane: ScenePane,
  root: Process,
  tracked: ReadonlyMap<string, AgentRecord>,
  scene: Scene,
): PaneProof | undefined {
  if (tracked.size === 0) return undefined;
  const members = scene.tree.subtreeOf(root, each => !scene.paneByRoot.has(each.pid));
  for (const known of members) {
    const record = tracked.get(`${known.pid}@${known.start}`);
    if (record === undefined || isAnotherActive(pane, record, scene)) continue;
    const isItsSession =
      sessionNameOf(record) === pane.pane.sessionName && hasOwnName(record, scene.prefixes);
    // A user types the program into a shell; below a process started for the agent, it is the agent.
    const isUsersShell = !isItsSession && isInteractiveShell(known, scene);
    const below = isUsersShell ? [known] : scene.tree.subtreeOf(known);
    const agent = below.find(each => scene.kindOf(each).kind === 'agent');
    if (agent === undefined) continue;
    const text = `pid ${known.pid} is recorded in tracked_processes, with ${describeProcess(agent)}`;
    return { record, evidence: proof('recorded-identity', text) };
  }
  return undefined;
}
/** An active entry owns this pane's session by its exact name, and an agent program runs in it. What a
 * finished entry records there is only a claim. */
export function isAnotherActive(pane: ScenePane, record: AgentRecord, scene: Scene): boolean {
  if (record.status === 'active') return false;
  const name = pane.pane.sessionName;
  return scene.records.some(
    other =>
      other !== record &&
      other.status === 'active' &&
      sessionNameOf(other) === name &&
      hasOwnName(other, scene.prefixes) &&
      agentIn(pane, scene) !== undefined,
  );
}

/** Windows that a user opens later have the same birth session: a finished agent needs an agent program, an
 * active one any program other than a shell. */
function byBirth(
  scenePane: ScenePane,
  root: Process,
  born: ReadonlyMap<string, AgentRecord>,
  scene: Scene,
): PaneProof | undefined {
  const { pane, birth } = scenePane;
  const record = birth === undefined ? undefined : born.get(`${pane.serverPid} ${birth}`);
  if (record === undefined) return undefined;
  const isStarted = record.status === 'active' && !isInteractiveShell(root, scene);
  if (!isStarted && agentIn(scenePane, scene) === undefined) return undefined;
  const text =
    pane.sessionId === birth
      ? `pane process of session ${pane.sessionName}`
      : `pane ${pane.paneId} was created in session ${birth}, which was the agent’s when vigil first saw it`;
  return { record, evidence: proof('session-of-birth', text) };
}

/** `<agent id>:<uuid>`; the id may contain a colon. */
export function idOfMark(mark: string | undefined): string | undefined {
  if (mark === undefined) return undefined;
  const id = mark.includes(':') ? mark.slice(0, mark.lastIndexOf(':')) : mark;
  return id === '' ? undefined : id;
}

/** Of two entries with one id, the active one wins. */
export const recordsById = oncePer(
  (records: readonly AgentRecord[]): ReadonlyMap<string, AgentRecord> =>
    new Map(
      activeFirst(records)
        .toReversed()
        .map(record => [record.entry.id, record]),
    ),
);

function recordsByIdentity(scene: Scene): ReadonlyMap<string, AgentRecord> {
  const found = new Map<string, AgentRecord>();
  for (const record of activeFirst(scene.records))
    for (const { pid, start, bootId } of record.entry.tracked)
      if (bootId === scene.machine.bootId && !found.has(`${pid}@${start}`))
        found.set(`${pid}@${start}`, record);
  return found;
}

/** Sessions that an earlier run proved to be an agent's, on servers that are still the same. */
export function recordsByBirth(scene: Scene): ReadonlyMap<string, AgentRecord> {
  const found = new Map<string, AgentRecord>();
  if (scene.sightings.length === 0) return found;
  const keyOf = (workspace: string, task: string | undefined, id: string) =>
    JSON.stringify([workspace, task ?? '', id]);
  const records = new Map(
    scene.records.map(record => {
      const { id, task } = record.entry;
      return [keyOf(record.registries[0]?.workspace ?? '', task, id), record] as const;
    }),
  );
  for (const { serverPid, serverStart, sessionId, ...seen } of scene.sightings) {
    if (scene.tree.byPid.get(serverPid)?.start !== serverStart) continue;
    const record = records.get(keyOf(seen.workspace, seen.task, seen.agentId));
    if (record !== undefined) found.set(`${serverPid} ${sessionId}`, record);
  }
  return found;
}

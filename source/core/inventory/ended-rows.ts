/** Rows of agents that have ended and of which nothing remains. A registry lists thousands of them, and from
 * one poll to the next almost none changes: a row is kept as it is while everything behind it is the same. */
import type { AgentEntry, Row } from '../model/model.ts';
import type { AgentRecord } from '../registry/merge.ts';
import type { Observation } from './draft.ts';
import { isAlive, sessionNameOf } from './scene.ts';

/** By row key. */
export type EndedRows = ReadonlyMap<string, EndedRow>;

/** @property entries the row was made of, as its registries had them.
 * @property basis what else it was made of, the same for all rows of a poll. */
type EndedRow = {
  readonly row: Row;
  readonly entries: readonly AgentEntry[];
  readonly paths: readonly string[];
  readonly basis: string;
};

/** @param before the rows of the last poll. */
export function createEndedRows(observation: Observation, before: EndedRows) {
  const { scene, attribution, absenceDoubt } = observation;
  const { homes, members } = attribution;
  const { servers, foreign = new Map() } = scene.inventory;
  const names = [...scene.workspaceNames.values()];
  const basis = JSON.stringify([servers.map(({ socket }) => socket), [...foreign], names]);
  const sessions = new Set(scene.sessions.map(({ name }) => name));
  /** Its verdict rests on its entries alone: no session has its name, and no process is its own. */
  const isQuiet = (record: AgentRecord) =>
    record.status === 'terminal' &&
    !record.authorityUnread &&
    scene.sources.processes &&
    (record.entry.lastUpdateAt ?? 0) <= scene.now &&
    !sessions.has(sessionNameOf(record)) &&
    homes.homeOf(record) === undefined &&
    members.get(record.key)?.some(isAlive) !== true &&
    absenceDoubt(record) === undefined;
  const lastOf = (record: AgentRecord) => {
    const last = before.get(record.key);
    const isSame =
      last?.basis === basis &&
      isEqual(last.entries, record.entries) &&
      isEqual(last.paths, record.registries, ({ path }) => path);
    return isSame ? last : undefined;
  };
  return {
    /** @returns the row of the last poll, if this poll would make the same. */
    rowOf: (record: AgentRecord) => (isQuiet(record) ? lastOf(record)?.row : undefined),
    /** @param rows of this poll. @returns those to keep for the next one. */
    keep(rows: readonly Row[]): EndedRows {
      const kept = new Map<string, EndedRow>();
      for (const row of rows) {
        const last = before.get(row.key);
        if (last?.row === row) {
          kept.set(row.key, last);
          continue;
        }
        const record = row.class === 'ended' ? scene.recordByKey.get(row.key) : undefined;
        if (record === undefined || !isQuiet(record)) continue;
        const paths = record.registries.map(({ path }) => path);
        kept.set(row.key, { row: compact(row), entries: record.entries, paths, basis });
      }
      return kept;
    },
  };
}

/** Every field by name: V8 gives an object that was put together from others its own list of names, which is
 * most of its memory. */
function compact(row: Row): Row {
  const all: { readonly [name in keyof Required<Row>]: Row[name] } = {
    class: row.class,
    key: row.key,
    agentId: row.agentId,
    previousLabel: row.previousLabel,
    type: row.type,
    workspace: row.workspace,
    workspaceName: row.workspaceName,
    task: row.task,
    parent: row.parent,
    depth: row.depth,
    status: row.status,
    progress: row.progress,
    activity: row.activity,
    program: row.program,
    cwd: row.cwd,
    title: row.title,
    recordedBy: row.recordedBy,
    clients: row.clients,
    owner: row.owner,
    session: row.session,
    processes: row.processes,
    cpuPercent: row.cpuPercent,
    rssBytes: row.rssBytes,
    startedAt: row.startedAt,
    lastActivityAt: row.lastActivityAt,
    escalation: row.escalation,
    evidence: row.evidence,
    confidence: row.confidence,
    spared: row.spared,
    keepsSession: row.keepsSession,
    panes: row.panes,
    verdict: row.verdict,
    agreedSince: row.agreedSince,
    mark: row.mark,
    growth: row.growth,
    ports: row.ports,
    trend: row.trend,
    sortedAs: row.sortedAs,
  };
  return all;
}

function isEqual<A, B>(some: readonly A[], others: readonly B[], of = (each: B): unknown => each) {
  return some.length === others.length && some.every((each, at) => each === of(others[at] as B));
}

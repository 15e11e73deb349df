/** Rows of agents of which nothing remains: those that have ended, and ghosts. A registry lists thousands of them, and
 * from one poll to the next almost none changes: a row is kept as it is while everything behind it is the same. */
import type { AgentEntry, Row } from '../model/model.ts';
import type { AgentRecord } from '../registry/merge.ts';
import type { Observation } from './draft.ts';
import { isAlive, sessionNameOf } from './scene.ts';
import { settleAgeMs } from './settled-row.ts';

/** By row key. */
export type EndedRows = ReadonlyMap<string, EndedRow>;

/** @property entries the row was made of, as its registries had them.
 * @property basis what else it was made of, the same for all rows of a poll. */
type EndedRow = {
  readonly row: Row;
  readonly entries: readonly AgentEntry[];
  readonly paths: readonly string[];
  readonly isMissingInDatabase: boolean;
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
  /** The verdict of one poll holds, whatever an earlier one has found. */
  const isSettled = ({ status, changedAt }: AgentRecord) =>
    status === 'terminal' || scene.now - changedAt >= settleAgeMs;
  /** Its verdict rests on its entries alone: no session has its name, and no pane or process is its own. */
  const isQuiet = (record: AgentRecord) =>
    record.status !== 'unclear' &&
    !record.authorityUnread &&
    scene.sources.processes &&
    (record.entry.lastUpdateAt ?? 0) <= scene.now &&
    !sessions.has(sessionNameOf(record)) &&
    homes.homeOf(record) === undefined &&
    homes.panesOf(record.key).length === 0 &&
    members.get(record.key)?.some(isAlive) !== true &&
    absenceDoubt(record) === undefined;
  const lastOf = (record: AgentRecord) => {
    const last = before.get(record.key);
    const isSame =
      last?.basis === basis &&
      last.isMissingInDatabase === record.isMissingInDatabase &&
      isEqual(last.entries, record.entries) &&
      isEqual(last.paths, record.registries, ({ path }) => path);
    return isSame ? last : undefined;
  };
  return {
    /** @returns the row of the last poll, if this poll would make the same. */
    rowOf(record: AgentRecord) {
      const last = lastOf(record);
      return last !== undefined && isSettled(record) && isQuiet(record) ? last.row : undefined;
    },
    /** @param rows of this poll. @returns those to keep for the next one. */
    keep(rows: readonly Row[]): EndedRows {
      const kept = new Map<string, EndedRow>();
      for (const row of rows) {
        const last = before.get(row.key);
        if (last?.row === row) {
          kept.set(row.key, last);
          continue;
        }
        const isOver = row.class === 'ended' || row.class === 'ghost';
        const record = isOver ? scene.recordByKey.get(row.key) : undefined;
        if (record === undefined || !isQuiet(record)) continue;
        const { entries, isMissingInDatabase } = record;
        const paths = record.registries.map(({ path }) => path);
        kept.set(row.key, { row, entries, paths, isMissingInDatabase, basis });
      }
      return kept;
    },
  };
}

function isEqual<A, B>(some: readonly A[], others: readonly B[], of = (each: B): unknown => each) {
  return some.length === others.length && some.every((each, at) => each === of(others[at] as B));
}

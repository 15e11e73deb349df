/** Reads a `vigil.snapshot/1` of another machine. Everything in it is hostile: it is bounded, and never taken for more
 * than data. */
import {
  type Problem,
  type Reading,
  type RegistrySummary,
  type Row,
  rowClasses,
  type Totals,
  type Vitals,
} from '../core/model/model.ts';
import { scopesByAuthority } from '../core/model/recorded.ts';
import { farRow } from './far-row.ts';
import { type Fields, fieldsOf, listOf, numberOf, oneOf, textOf, textsOf } from './fields.ts';
import type { FarSnapshot } from './host-state.ts';

export const snapshotSchema = 'vigil.snapshot/1';

const most = { rows: 2000, registries: 200, tasks: 500, problems: 100, workspaces: 100 } as const;
const sources = ['tmux', 'processes', 'registry', 'recorder', 'workspace', 'vigil'] as const;

/** @param text one JSON document. @param now our wall clock when it was received, epoch milliseconds.
 * @returns the snapshot; or one line that says what is wrong, to follow the name of the host. */
export function readFarSnapshot(text: string, host: string, now: number): Reading<FarSnapshot> {
  const document = fieldsOf(parsed(text));
  const schema = textOf(document.schema);
  if (schema === undefined) return wrong('printed something other than a snapshot');
  if (schema !== snapshotSchema)
    return wrong(
      `its vigil prints ${schema.slice(0, 60)}, and this one reads ${snapshotSchema}: update the older of the two`,
    );
  const takenAt = Date.parse(textOf(document.takenAt) ?? '');
  const bootId = textOf(document.bootId);
  if (Number.isNaN(takenAt) || bootId === undefined)
    return wrong('printed a snapshot without a time or a boot id');
  // Ages are those that the far side has measured; only differences of its clock are used.
  const shift = now - takenAt;
  const timeOf = (value: unknown) => {
    const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
    return Number.isNaN(time) ? undefined : time + shift;
  };
  const hostname = textOf(document.host) ?? host;
  const where = { host, bootId, now };
  const totals = totalsOf(document.totals);
  const rows = uniqueRows(
    listOf(document.rows, most.rows).flatMap(each => farRow(each, where, timeOf) ?? []),
  );
  return {
    ok: true,
    value: {
      version: textOf(document.version),
      bootId,
      hostname,
      leakedBytes: totals.reclaimableBytes,
      document,
      snapshot: {
        takenAt: now,
        tookMs: numberOf(document.tookMs) ?? 0,
        machine: { host: hostname, bootId, uid: -1, pid: -1 },
        vitals: vitalsOf(document.vitals),
        workspaces: textsOf(document.workspaces, most.workspaces),
        rows,
        registries: listOf(document.registries, most.registries).map(registryOf),
        tasks: listOf(document.tasks, most.tasks).map(value => {
          const { id, description } = fieldsOf(value);
          return { id: textOf(id) ?? '', description: textOf(description) };
        }),
        totals,
        problems: [
          ...missingRows(document.rows),
          ...listOf(document.problems, most.problems).map(problemOf),
        ],
        unsettled: 0,
      },
    },
  };
}

function wrong(reason: string) {
  return { ok: false, reason } as const;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A key is a row's identity on the screen. */
function uniqueRows(rows: readonly Row[]): readonly Row[] {
  return [...new Map(rows.map(row => [row.key, row])).values()];
}

function vitalsOf(value: unknown): Vitals | undefined {
  const { load, cores, memoryBytes, availableBytes } = fieldsOf(value);
  if (typeof load !== 'number' || typeof cores !== 'number') return undefined;
  return {
    ...{ load, cores, ownRssBytes: 0 },
    memoryBytes: numberOf(memoryBytes) ?? 0,
    availableBytes: numberOf(availableBytes) ?? 0,
  };
}

function registryOf(value: unknown): RegistrySummary {
  const fields = fieldsOf(value);
  const count = (name: string) => numberOf(fields[name]) ?? 0;
  return {
    path: textOf(fields.path) ?? '',
    kind: fields.kind === 'sqlite' ? 'sqlite' : 'json',
    scope: oneOf(fields.scope, scopesByAuthority) ?? 'task',
    ok: fields.ok === true,
    agents: count('agents'),
    recordedActive: count('recordedActive'),
    actualActive: numberOf(fields.actualActive),
    lockedBy: textOf(fields.lockedBy),
  };
}

/** Without it a table that is bounded would pass for a whole one. */
function missingRows(rows: unknown): readonly Problem[] {
  const count = Array.isArray(rows) ? rows.length : 0;
  if (count <= most.rows) return [];
  const message = `only the first ${most.rows} of its ${count} rows are read`;
  return [{ source: 'processes', message, unread: true }];
}

/** Older ones do not say whether a source was unread: then it was. */
function problemOf(value: unknown): Problem {
  const { source, message, unread } = fieldsOf(value);
  return {
    source: oneOf(source, sources) ?? 'vigil',
    message: textOf(message) ?? '',
    unread: unread !== false,
  };
}

function totalsOf(value: unknown): Totals {
  const fields: Fields = fieldsOf(value);
  const count = (name: string) => numberOf(fields[name]) ?? 0;
  return {
    ...(Object.fromEntries(rowClasses.map(name => [name, count(name)])) as Totals),
    cpuPercent: count('cpuPercent'),
    rssBytes: count('rssBytes'),
    reclaimableBytes: count('reclaimableBytes'),
  };
}

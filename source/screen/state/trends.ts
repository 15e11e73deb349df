/** CPU and memory of each row over the last ten minutes, in spans of fifteen seconds. */
import type { Row, Snapshot } from '../../core/model/model.ts';
import { type Trend, trendSpans } from '../../core/model/usage-over-time.ts';

const spanMs = 15_000;

/** By row key; the last value of each list is the current span's. */
export type Trends = {
  /** Number of the current span since the epoch. */
  readonly span: number;
  readonly ofRows: ReadonlyMap<string, Trend>;
  /** Of the whole table. */
  readonly total: Trend;
};

const nothing: Trend = { cpuPercent: [], rssBytes: [] };
export const noTrends: Trends = { span: 0, ofRows: new Map(), total: nothing };

/** @returns the trends with this poll, without rows that are gone: their memory is bounded by the rows. */
export function nextTrends(before: Trends, { rows, totals, takenAt }: Snapshot): Trends {
  const span = Math.floor(takenAt / spanMs);
  const passed = Math.max(0, span - before.span);
  const ofRows = new Map<string, Trend>();
  for (const row of rows)
    if (row.processes.length > 0)
      ofRows.set(row.key, extended(before.ofRows.get(row.key), row, passed));
  return { span, ofRows, total: extended(before.total, totals, passed) };
}

type Usage = Pick<Row, 'cpuPercent' | 'rssBytes'>;

/** @param passed spans since the last value. @returns the same object where nothing changes. */
function extended(trend: Trend = nothing, usage: Usage, passed: number): Trend {
  const cpuPercent = withValue(trend.cpuPercent, usage.cpuPercent, passed);
  const rssBytes = withValue(trend.rssBytes, usage.rssBytes, passed);
  const isSame = cpuPercent === trend.cpuPercent && rssBytes === trend.rssBytes;
  return isSame ? trend : { cpuPercent, rssBytes };
}

/** The highest value of each span is kept; spans without a poll are unknown. */
function withValue(values: readonly number[], value: number, passed: number): readonly number[] {
  const last = values.at(-1);
  if (passed === 0 && last !== undefined) return value > last ? values.with(-1, value) : values;
  const missing = Array<number>(Math.min(trendSpans, Math.max(0, passed - 1))).fill(Number.NaN);
  return (last === undefined ? [value] : [...values, ...missing, value]).slice(-trendSpans);
}

/** The last one of each row. */
const shown = new WeakMap<Row, Row>();

/** The rows with their trends: the same objects as before where row and trend are the same. */
export function withTrends(rows: readonly Row[], { ofRows }: Trends): readonly Row[] {
  return rows.map(row => {
    const trend = ofRows.get(row.key);
    if (trend === undefined) return row;
    const before = shown.get(row);
    if (before?.trend === trend) return before;
    const next = { ...row, trend };
    shown.set(row, next);
    return next;
  });
}

/** Rows whose memory grows fast: the rate, and the time until the machine's memory is full. */
import type { Row, Snapshot } from '../../core/model/model.ts';
import type { Growth } from '../../core/model/usage-over-time.ts';
import { farHostOf } from '../../core/rows/far-rows.ts';

type Sample = { readonly at: number; readonly rssBytes: number };
/** Memory of each row over the last minute, by key. */
export type Histories = ReadonlyMap<string, readonly Sample[]>;

/** A minute shows a trend and outlasts a start-up. */
const windowMs = 60_000;
/** Below these it is noise, or a program still loading. */
const shortestMs = 10_000;
const leastBytesPerSecond = 256 * 1024;
const leastGainBytes = 32 * 1024 * 1024;
const mostSamples = 30;
/** With a slow poll interval the window is longer: fewer samples show no trend. */
const leastSamples = 4;

/** @returns the histories with this poll's memory, without rows that are gone. */
export function nextHistories(histories: Histories, { rows, takenAt }: Snapshot): Histories {
  const next = new Map<string, readonly Sample[]>();
  for (const { key, rssBytes, processes } of rows) {
    if (processes.length === 0) continue;
    const before = histories.get(key) ?? [];
    const last = before.at(-1);
    // A short poll interval does not shorten the window.
    const isSoon = last !== undefined && takenAt - last.at < windowMs / mostSamples;
    const kept = isSoon ? before : [...before, { at: takenAt, rssBytes }];
    const isUseful = ({ at }: Sample, index: number) =>
      takenAt - at <= windowMs || kept.length - index <= leastSamples;
    next.set(key, kept.filter(isUseful));
  }
  return next;
}

/** @param availableBytes of the machine, if known. @returns undefined unless the row grows fast. */
export function growthOf(
  samples: readonly Sample[] | undefined,
  { rssBytes }: Row,
  now: number,
  availableBytes: number | undefined,
): Growth | undefined {
  const [first] = samples ?? [];
  if (samples === undefined || first === undefined || now - first.at < shortestMs) return undefined;
  const bytesPerSecond = slopeOf(samples);
  // Growth that has stopped by now is no problem.
  const lately = slopeOf(samples.slice(-Math.max(2, Math.ceil(samples.length / 3))));
  const isFast = Math.min(bytesPerSecond, lately) >= leastBytesPerSecond;
  if (!isFast || rssBytes - first.rssBytes < leastGainBytes) return undefined;
  return {
    bytesPerSecond,
    fullInMs: availableBytes === undefined ? undefined : (1000 * availableBytes) / bytesPerSecond,
  };
}

/** Least squares: one spike at either end makes no trend. */
function slopeOf(samples: readonly Sample[]): number {
  const meanAt = samples.reduce((sum, { at }) => sum + at, 0) / samples.length;
  const meanBytes = samples.reduce((sum, { rssBytes }) => sum + rssBytes, 0) / samples.length;
  let along = 0;
  let square = 0;
  for (const { at, rssBytes } of samples) {
    along += (at - meanAt) * (rssBytes - meanBytes);
    square += (at - meanAt) ** 2;
  }
  return square === 0 ? 0 : (1000 * along) / square;
}

/** All rows; fast-growing ones with their rate. */
export function withGrowth(
  rows: readonly Row[],
  histories: Histories,
  { takenAt, vitals }: Snapshot,
): readonly Row[] {
  return rows.map(row => {
    // The memory of another machine is not ours.
    const available = farHostOf(row) === undefined ? vitals?.availableBytes : undefined;
    const growth = growthOf(histories.get(row.key), row, takenAt, available);
    return growth === undefined ? row : { ...row, growth };
  });
}

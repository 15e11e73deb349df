/** Fast memory growth is reported; start-up, fluctuation and decline are not. */
import { expect, it } from 'vitest';
import { growthOf, type Histories, nextHistories } from '../../source/screen/state/growth.ts';
import { agentRow, rowProcess, snapshotOf, takenAt } from '../fixtures/snapshot.ts';

const mega = 1024 * 1024;

/** @param bytes at every step of `stepMs`. */
function growthAfter(bytes: readonly number[], availableBytes?: number, stepMs = 1000) {
  let histories: Histories = new Map();
  const rowOf = (rssBytes: number) =>
    agentRow('alpha-1', 'working', {
      class: 'live',
      processes: [rowProcess(4121, ['claude'], { rssBytes })],
    });
  bytes.forEach((rssBytes, step) => {
    const snapshot = snapshotOf([rowOf(rssBytes)], { takenAt: takenAt + step * stepMs });
    histories = nextHistories(histories, snapshot);
  });
  const last = rowOf(bytes.at(-1) ?? 0);
  const now = takenAt + (bytes.length - 1) * stepMs;
  return growthOf(histories.get(last.key), last, now, availableBytes);
}

const seconds = (count: number, bytesAt: (second: number) => number) =>
  Array.from({ length: count }, (_, second) => bytesAt(second));

it('is reported with its rate, and with the time until memory is full', () => {
  const growth = growthAfter(
    seconds(30, second => 300 * mega + second * 8 * mega),
    4800 * mega,
  );
  expect((growth?.bytesPerSecond ?? 0) / mega).toBeCloseTo(8, 5);
  expect((growth?.fullInMs ?? 0) / 1000).toBeCloseTo(600, 3);
});

it.each([20_000, 60_000, 600_000])('is reported too with %s ms between polls', stepMs => {
  const bytes = [300, 2300, 4300, 6300, 8300].map(each => each * mega);
  const growth = growthAfter(bytes, undefined, stepMs);
  expect((growth?.bytesPerSecond ?? 0) / mega).toBeCloseTo(2_000_000 / stepMs, 3);
});

it('is reported without that time if the machine’s memory is unknown', () => {
  const growth = growthAfter(seconds(30, second => second * 8 * mega));
  expect(growth).toMatchObject({ fullInMs: undefined });
});

it.each([
  ['of a few seconds', seconds(8, second => second * 50 * mega)],
  ['that is slow', seconds(60, second => 300 * mega + second * 0.1 * mega)],
  ['that is over', seconds(60, second => (second < 30 ? second * 8 * mega : 100 * mega))],
  ['of one spike', seconds(60, second => (second === 30 ? 900 : 300) * mega)],
  ['of nobody', seconds(60, () => 300 * mega)],
])('%s is not told', (_what, bytes) => {
  expect(growthAfter(bytes)).toBeUndefined();
});

it('of the last minute counts, however long a row is watched, and the history stays small', () => {
  let histories: Histories = new Map();
  for (let tick = 0; tick < 3000; tick++) {
    const row = agentRow('alpha-1', 'working', {
      class: 'live',
      processes: [rowProcess(4121, ['claude'])],
    });
    const snapshot = snapshotOf([row], { takenAt: takenAt + tick * 100 });
    histories = nextHistories(histories, snapshot);
  }
  const [samples = []] = histories.values();
  expect(samples.length).toBeLessThanOrEqual(31);
  expect(samples[0]?.at).toBeGreaterThanOrEqual(takenAt + 299_900 - 62_000);
});

it('of a gone row is dropped', () => {
  const row = agentRow('a', 'working', { class: 'live', processes: [rowProcess(1, ['claude'])] });
  const before = nextHistories(new Map(), snapshotOf([row]));
  expect(before.size).toBe(1);
  expect(nextHistories(before, snapshotOf([])).size).toBe(0);
});

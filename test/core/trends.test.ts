/** CPU and memory of the last ten minutes, in bounded memory. */
import { expect, it } from 'vitest';
import { trendSpans } from '../../source/core/model/usage-over-time.ts';
import { nextTrends, noTrends, type Trends } from '../../source/screen/state/trends.ts';
import { sparkline } from '../../source/text/sparkline.ts';
import { agentRow, rowProcess, snapshotOf } from '../fixtures/snapshot.ts';

const start = 1_800_000_000_000;
const used = (cpuPercent: number, rssBytes = 1) =>
  agentRow('a-1', 'working', {
    class: 'live',
    processes: [rowProcess(7, ['claude'])],
    cpuPercent,
    rssBytes,
  });
const after = (
  trends: Trends,
  seconds: number,
  ...rows: Parameters<typeof snapshotOf>[0] & object
) => nextTrends(trends, snapshotOf(rows, { takenAt: start + seconds * 1000 }));
const cpuOf = (trends: Trends) => trends.ofRows.get('agent:a-1')?.cpuPercent;

it('each span of fifteen seconds keeps its highest value', () => {
  let trends = after(noTrends, 0, used(5));
  trends = after(trends, 2, used(50));
  trends = after(trends, 4, used(7));
  trends = after(trends, 15, used(9));
  expect(cpuOf(trends)).toEqual([50, 9]);
});

it('a span without a poll is unknown', () => {
  const trends = after(after(noTrends, 0, used(5)), 45, used(6));
  expect(cpuOf(trends)).toEqual([5, Number.NaN, Number.NaN, 6]);
});

it('is bounded: ten minutes, whatever the interval, and rows that are gone are forgotten', () => {
  let trends = noTrends;
  for (let second = 0; second < 3600; second += 5) trends = after(trends, second, used(second));
  expect(cpuOf(trends)).toHaveLength(trendSpans);
  expect(cpuOf(after(trends, 100_000, used(1)))).toHaveLength(trendSpans);
  expect(after(trends, 3601).ofRows.size).toBe(0);
});

it('is drawn as bars, the newest at the right, each as high as the highest of its spans', () => {
  const values = Array.from({ length: trendSpans }, (_, index) => (index * 100) / (trendSpans - 1));
  expect(sparkline(values, 8, 100)).toBe('▁▂▃▄▅▆▇█');
  expect(sparkline([100, 0, 0, 0, 0], 8, 100)).toBe('       █');
  expect(sparkline([0, Number.NaN], 40, 100)).toBe(`${' '.repeat(38)}▁ `);
  expect(sparkline([], 8, 100)).toBe(' '.repeat(8));
  expect(sparkline([5], 2, 0)).toBe(' ▁');
});

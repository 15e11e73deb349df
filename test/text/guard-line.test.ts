/** The guard in the header of the screen. */
import { describe, expect, it } from 'vitest';
import type { GuardStatus } from '../../source/core/model/guard-status.ts';
import { guardAction, guardPart } from '../../source/text/guard-line.ts';
import { spansIn } from '../../source/text/line.ts';
import { machineLine } from '../../source/text/machine-line.ts';
import { snapshotOf, takenAt } from '../fixtures/snapshot.ts';

const good: GuardStatus = {
  ...{ pid: 412, start: '1', bootId: 'boot', startedAt: takenAt - 3_600_000 },
  ...{ lastLookAt: takenAt - 10_000, intervalMs: 30_000, alerts: [], health: 'good' },
};
const swept = { lastAction: 'sweep: 2 to end', lastActionAt: takenAt - 180_000 };
const alert = { name: 'many-agents', since: takenAt, text: '12 agent programs running' };

function texts(status: GuardStatus) {
  const say = spansIn('unicode');
  const { long, short } = guardPart(status, takenAt, say);
  const action = guardAction(status, takenAt, say) ?? [];
  return [long, short, action].map(line =>
    line.map(({ text, tone }) => `${text} (${tone})`).join(''),
  );
}

describe('the guard', () => {
  it.each([
    ['says only its health at first', good, ['guard good (dim)', 'guard good (dim)', '']],
    [
      'says what it did last',
      { ...good, ...swept },
      ['guard good (dim)', 'guard good (dim)', 'guard 3m ago: sweep: 2 to end (dim)'],
    ],
    [
      'says what it is doing',
      { ...good, ...swept, doing: 'end a-1' },
      ['guard good (dim)', 'guard good (dim)', 'guard: end a-1 (ending)'],
    ],
    [
      'counts its alerts and has the first',
      { ...good, health: 'warning' as const, alerts: [alert] },
      ['guard: 1 alert, 12 agent programs running (problem)', 'guard: 1 alert (problem)', ''],
    ],
    [
      'is silent after three intervals without a poll',
      { ...good, lastLookAt: takenAt - 100_000 },
      ['guard silent for 1m (problem)', 'guard silent for 1m (problem)', ''],
    ],
  ])('%s', (_, status, expected) => expect(texts(status)).toEqual(expected));

  it('stands in the second line, and nothing where none is running', () => {
    const trend = { cpuPercent: [], rssBytes: [] };
    const line = (guard?: GuardStatus) =>
      machineLine({ snapshot: snapshotOf(), deadEntries: 0, trend, guard }, 200, 'unicode')
        .map(({ text }) => text)
        .join('');
    expect(line(good)).toContain('  guard good  ');
    expect(line()).not.toContain('guard');
  });
});

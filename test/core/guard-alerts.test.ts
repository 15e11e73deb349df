/** Alerts of the guard: each is raised once and cleared once, and never on what could not be read. */
import { describe, expect, it } from 'vitest';
import type { Row } from '../../source/core/model/model.ts';
import {
  createAlerts,
  type EarlierAlerts,
  type Ending,
  standardRules,
} from '../../source/guard/alerts.ts';
import { agentRow, snapshotOf, takenAt } from '../fixtures/snapshot.ts';

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const ghost = agentRow('g-1', 'working', { class: 'ghost' });
const zombie = agentRow('z-1', '', { class: 'zombie' });
const ending = (durationMs: number, escalated = false, outcome = 'exited'): Ending => ({
  ...{ at: takenAt, durationMs, escalated, outcome },
});
const unread = [{ source: 'registry', message: 'torn', unread: true }] as const;

function guard(earlier?: EarlierAlerts) {
  let endings: readonly Ending[] = [];
  let at = takenAt;
  const alerts = createAlerts(
    () => ({ ...standardRules, intervalMs: 30 * secondMs }),
    () => endings,
    earlier,
  );
  return {
    alerts,
    endings(next: readonly Ending[]) {
      endings = next;
    },
    /** @returns the events of a poll so much later, as `+name: text` and `-name`. */
    poll(rows: readonly Row[], afterMs = 30 * secondMs, problems: typeof unread | [] = []) {
      at += afterMs;
      const snapshot = snapshotOf(rows, { problems, takenAt: at });
      return alerts
        .step({ snapshot, at, tookMs: 1 }, {})
        .map(({ event, name, text }) =>
          event === 'alert-raised' ? `+${name}: ${text}` : `-${name}: ${text}`,
        );
    },
  };
}

describe('ghosts', () => {
  it('raise an alert after ten minutes, and clear it when none is there', () => {
    const { poll } = guard();
    expect(poll([ghost])).toEqual([]);
    for (let count = 0; count < 19; count++) expect(poll([ghost])).toEqual([]);
    expect(poll([ghost])).toEqual(['+ghosts: warning: 1 ghost for 10 min']);
    expect(poll([ghost])).toEqual([]);
    expect(poll([])).toEqual(['-ghosts: over after 60 s: 1 ghost for 10 min']);
    expect(poll([])).toEqual([]);
  });

  it('of an earlier run count on, and what it raised is only cleared', () => {
    const ghostsSince = takenAt - 11 * minuteMs;
    const [raised] = guard({ raised: [], ghostsSince }).poll([ghost]);
    expect(raised).toContain('+ghosts: warning: 1 ghost for ');
    const text = 'warning: 1 ghost for 10 min';
    const { poll } = guard({ raised: [{ name: 'ghosts', since: takenAt, text }], ghostsSince });
    expect(poll([ghost])).toEqual([]);
    expect(poll([])).toEqual(['-ghosts: over after 60 s: warning: 1 ghost for 10 min']);
  });

  it('begin again after a poll without one', () => {
    const { poll } = guard();
    poll([ghost]);
    for (let count = 0; count < 19; count++) poll([ghost]);
    poll([]);
    expect(poll([ghost])).toEqual([]);
  });

  it('neither raise nor clear while a source cannot be read', () => {
    const { poll } = guard();
    poll([ghost]);
    for (let count = 0; count < 19; count++) poll([ghost]);
    expect(poll([ghost], 30 * secondMs, unread)).toEqual([]);
    expect(poll([ghost])).toHaveLength(1);
    expect(poll([], 30 * secondMs, unread)).toEqual([]);
    expect(poll([])).toHaveLength(1);
  });
});

describe('zombies', () => {
  it('raise an alert in the second poll after a cleanup', () => {
    const { poll, endings } = guard();
    poll([zombie]);
    expect(poll([zombie])).toEqual([]);
    endings([ending(100)]);
    expect(poll([zombie])).toEqual(['+zombies: warning: 1 zombie after a cleanup']);
    expect(poll([])).toHaveLength(1);
  });

  it('do not, if they are reaped before the next poll', () => {
    const { poll, endings } = guard();
    endings([ending(100)]);
    expect([poll([zombie]), poll([]), poll([zombie])]).toEqual([[], [], []]);
  });
});

describe('cleanups', () => {
  it('raise an alert where more than a tenth needed SIGKILL', () => {
    const { poll, endings } = guard();
    const nine = Array.from({ length: 9 }, () => ending(100));
    endings([...nine, ending(100, true)]);
    expect(poll([])).toEqual([]);
    endings([...nine, ending(100, true), ending(100, true)]);
    const text = '2 of 11 cleanups in the last hour needed SIGKILL';
    expect(poll([])).toEqual([`+escalations: warning: ${text}`]);
    endings([]);
    expect(poll([])).toEqual([`-escalations: over after 30 s: ${text}`]);
  });

  it('raise an alert where the p95 is over five seconds; interrupted ones have no duration', () => {
    const { poll, endings } = guard();
    endings([ending(5000), ending(0, false, 'interrupted')]);
    expect(poll([])).toEqual([]);
    endings([ending(100), ending(6200)]);
    expect(poll([])).toEqual([
      '+slow-cleanups: warning: p95 of cleanups in the last hour is 6.2 s',
    ]);
  });
});

describe('silence', () => {
  it('is reported after three intervals without a poll, and is over with the next', () => {
    const { poll, alerts } = guard();
    poll([]);
    expect(poll([], 90 * secondMs)).toEqual([]);
    const text = 'no poll for 300 s (expected every 30 s)';
    expect(poll([], 5 * minuteMs)).toEqual([`+silent: critical: ${text}`]);
    expect(alerts.raised()).toMatchObject([{ name: 'silent', text }]);
    expect(poll([])).toEqual([`-silent: over after 30 s: ${text}`]);
    expect(alerts.raised()).toEqual([]);
  });
});

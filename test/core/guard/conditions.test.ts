/** Conditions of live agents: over a limit, idle, stuck. */
import { describe, expect, it } from 'vitest';
import type { Row } from '../../../source/core/model/model.ts';
import {
  conditionsOf,
  nextActivity,
  noActivity,
  type Readings,
} from '../../../source/guard/conditions.ts';
import { defaultGuard, type GuardConfig } from '../../../source/guard/config.ts';
import { agentRow, rowProcess, snapshotOf, takenAt } from '../../fixtures/snapshot.ts';

const minuteMs = 60_000;
const nothing: Readings = { descriptors: new Map(), logBytes: new Map() };

function agent(more: Partial<Row> = {}): Row {
  return agentRow('a-1', 'working', {
    class: 'live',
    verdict: 'live',
    session: { socket: 'default', name: 'agent_a-1', attached: 0 },
    processes: [rowProcess(10, ['claude'])],
    cpuPercent: 0,
    lastActivityAt: takenAt,
    ...more,
  });
}

type Look = { readonly row: Row; readonly readings?: Readings };

/** One look a minute. @returns the conditions of the last one. */
function conditionsAfter(looks: readonly Look[], more: Partial<GuardConfig> = {}) {
  const config = { ...defaultGuard, ...more };
  let activity = noActivity;
  let found: ReturnType<typeof conditionsOf> = [];
  for (const [index, { row, readings = nothing }] of looks.entries()) {
    const look = { snapshot: snapshotOf([row]), at: takenAt + index * minuteMs, tookMs: 1 };
    activity = nextActivity(activity, look, readings, config);
    found = conditionsOf(look, activity, readings, config);
  }
  return found.map(({ subject, text }) => `${subject}: ${text}`);
}

const times = (count: number, look: Look) => Array.from({ length: count }, () => look);

describe('limits', () => {
  it('are none by default', () => {
    expect(conditionsAfter(times(5, { row: agent({ rssBytes: 1e12, cpuPercent: 900 }) }))).toEqual(
      [],
    );
  });

  it('of memory, processes and age count at once', () => {
    const row = agent({ rssBytes: 5 * 2 ** 30, startedAt: takenAt - 3_600_000 });
    const limits = { rssBytes: 4 * 2 ** 30, processes: 1, ageMs: 1_800_000 };
    const two = { ...row, processes: [...row.processes, rowProcess(11, ['node'])] };
    expect(conditionsAfter([{ row: two }], { limits })).toEqual([
      'limit: memory 5.0G of 4.0G, 2 processes of 1, running for 1h00 of 30m',
    ]);
    expect(
      conditionsAfter([{ row: agent({ rssBytes: 4 * 2 ** 30 }) }], {
        limits: { rssBytes: 4 * 2 ** 30 },
      }),
    ).toEqual([]);
  });

  it('of CPU count after that time without a break, and not on the first poll of a row', () => {
    const limits = { cpu: { percent: 90, ms: 2 * minuteMs } };
    const busy = { row: agent({ cpuPercent: 95 }) };
    const calm = { row: agent({ cpuPercent: 10 }) };
    expect(conditionsAfter(times(3, busy), { limits })).toEqual([]);
    expect(conditionsAfter(times(4, busy), { limits })).toEqual([
      'limit: CPU 95.0%, at least 90% for 2m',
    ]);
    expect(conditionsAfter([...times(3, busy), calm, ...times(2, busy)], { limits })).toEqual([]);
    const again = { row: agent({ cpuPercent: 95, verdict: 'another process' }) };
    expect(conditionsAfter([...times(3, busy), ...times(3, again)], { limits })).toEqual([]);
  });

  it('of descriptors use what was counted, and nothing where it was not', () => {
    const limits = { descriptors: 100 };
    const readings = { ...nothing, descriptors: new Map([['agent:a-1', 101]]) };
    expect(conditionsAfter([{ row: agent(), readings }], { limits })).toEqual([
      'limit: 101 descriptors of 100',
    ]);
    expect(conditionsAfter([{ row: agent() }], { limits })).toEqual([]);
  });

  it('are not for other classes than live', () => {
    for (const name of ['interactive', 'orphan', 'undead', 'unknown'] as const)
      expect(
        conditionsAfter([{ row: { ...agent({ rssBytes: 10 }), class: name } }], {
          limits: { rssBytes: 1 },
        }),
      ).toEqual([]);
  });
});

describe('a stuck agent', () => {
  const logged = (bytes: number) => ({ ...nothing, logBytes: new Map([['agent:a-1', bytes]]) });
  const still = { row: agent(), readings: logged(5) };

  it('has no CPU, no output and no log for the time', () => {
    expect(conditionsAfter(times(16, still))).toEqual([]);
    expect(conditionsAfter(times(17, still))).toEqual([
      'stuck: no CPU, no output and no log for 15m',
    ]);
  });

  it.each([
    ['uses CPU', { ...still, row: agent({ cpuPercent: 3 }) }],
    ['prints', { ...still, row: agent({ lastActivityAt: takenAt + 1 }) }],
    ['writes its log', { ...still, readings: logged(6) }],
    ['waits for input, as its vendor records', { ...still, row: agent({ activity: 'waiting' }) }],
    ['is another process', { ...still, row: agent({ verdict: 'other' }) }],
  ])('is none that %s in between', (_, between) => {
    expect(conditionsAfter([...times(16, still), between, ...times(10, still)])).toEqual([]);
  });

  it('is unknown where there is neither output nor a log', () => {
    expect(conditionsAfter(times(40, { row: agent({ lastActivityAt: undefined }) }))).toEqual([]);
  });
});

it('an idle session is one without output for longer than the limit', () => {
  const idle = agent({ lastActivityAt: takenAt - 111 * minuteMs, cpuPercent: 5 });
  expect(conditionsAfter([{ row: idle }])).toEqual(['idle: its session has been idle for 1h51']);
  expect(
    conditionsAfter([{ row: agent({ lastActivityAt: takenAt - 109 * minuteMs, cpuPercent: 5 }) }]),
  ).toEqual([]);
  expect(conditionsAfter([{ row: { ...idle, session: undefined } }])).toEqual([]);
});

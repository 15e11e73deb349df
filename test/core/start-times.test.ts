/** Which of two processes with one pid and one start second is which. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createStartTimes,
  isSameStart,
  type Seen,
} from '../../source/host/processes/portable/start-times.ts';
import { rounds } from '../helpers/campaign.ts';

const second = Date.UTC(2026, 10, 30, 3);
const self: Seen = {
  ...{ pid: 10, ppid: 9, pgid: 10, sid: 9, tty: 1, state: 'S', command: 'vigil' },
  startedAt: second - 60_000,
};
const shell: Seen = {
  ...{ pid: 500, ppid: 40, pgid: 500, sid: 40, tty: 3, state: 'S', command: 'sh -c claude' },
  startedAt: second,
};

/** Tables at these times after the start of the second. */
function startsOf(
  ...looks: readonly { afterMs: number; steady?: number; rows: readonly Seen[]; isPart?: boolean }[]
) {
  const times = createStartTimes();
  return looks.map(({ afterMs, steady = afterMs, rows, isPart = false }) =>
    times
      .read([self, ...rows], {
        self: self.pid,
        at: { wall: second + afterMs, steady },
        isWhole: !isPart,
      })
      ?.get(shell.pid),
  );
}

const isSame = (before: Seen, now: Seen, firstMs = 200) => {
  const [one, other] = startsOf(
    { afterMs: firstMs, rows: [before] },
    { afterMs: firstMs + 100, rows: [now] },
  );
  return one === other;
};

describe('a process that was first seen within the second of its start', () => {
  it.each<[string, Partial<Seen>]>([
    ['has started its program', { command: 'claude' }],
    ['has made itself a group', { command: 'claude', pgid: 500 }],
    ['has made itself a session', { command: 'claude', pgid: 500, sid: 500, tty: 0 }],
    ['has lost its parent', { command: 'claude', ppid: 1 }],
    ['has lost its parent and its terminal', { ppid: 1, tty: 0 }],
    ['has become a zombie', { state: 'Z', command: '' }],
  ])('is the same when it %s', (_, change) => {
    expect(isSame(shell, { ...shell, ...change })).toBe(true);
  });

  it.each<[string, Partial<Seen>]>([
    ['of another parent and session', { ppid: 70, pgid: 500, sid: 70, tty: 4, command: 'vim' }],
    ['of the same name', { ppid: 70, pgid: 500, sid: 70, tty: 4 }],
    ['that a daemon started', { ppid: 1, pgid: 500, sid: 500, tty: 0, command: 'cron' }],
    ['of another group of its terminal', { ppid: 70, pgid: 71, command: 'vim' }],
  ])('is another one when its pid is taken by one %s', (_, change) => {
    expect(isSame(shell, { ...shell, ...change })).toBe(false);
  });

  it('is another one when its pid was free in between, or it was dead', () => {
    expect(
      startsOf(
        { afterMs: 100, rows: [shell] },
        { afterMs: 200, rows: [] },
        { afterMs: 300, rows: [shell] },
      ),
    ).toEqual([String(second), undefined, `${second}+1`]);
    expect(isSame({ ...shell, state: 'Z' }, shell)).toBe(false);
  });

  it('is not gone because some other processes were read', () => {
    expect(
      startsOf(
        { afterMs: 100, rows: [shell] },
        { afterMs: 200, rows: [], isPart: true },
        { afterMs: 300, rows: [shell] },
      ).filter(start => start === String(second)),
    ).toHaveLength(2);
  });
});

it('who was seen after its second is the same whatever it runs, and in whatever session', () => {
  const other = { ...shell, ppid: 1, pgid: 500, sid: 500, tty: 0, command: 'claude' };
  expect(isSame(shell, other, 3000)).toBe(true);
  expect(isSame(shell, other, 2999)).toBe(false);
});

it('a later second is another process', () => {
  expect(isSame(shell, { ...shell, startedAt: second + 1000 })).toBe(false);
});

it('a table that was begun earlier and ends later takes nothing back', () => {
  const taken = { ...shell, ppid: 70, pgid: 500, sid: 70, tty: 4, command: 'vim' };
  expect(
    startsOf(
      { afterMs: 100, rows: [shell] },
      { afterMs: 300, rows: [taken] },
      { afterMs: 200, rows: [shell] },
      { afterMs: 250, rows: [] },
      { afterMs: 400, rows: [taken] },
    ),
  ).toEqual([String(second), `${second}+1`, `${second}-former`, undefined, `${second}+1`]);
});

it('a clock that is set moves no identity', () => {
  const times = createStartTimes();
  const look = (stepMs: number, afterMs: number, rows: readonly Seen[]) =>
    times
      .read(
        [self, ...rows].map(row => ({ ...row, startedAt: row.startedAt + stepMs })),
        { self: self.pid, at: { wall: second + stepMs + afterMs, steady: afterMs }, isWhole: true },
      )
      ?.get(shell.pid);
  const first = look(0, 100, [shell]);
  expect([look(3_600_000, 200, [shell]), look(-7_200_000, 300, [shell])]).toEqual([first, first]);
  // The step makes no process older than it is.
  expect(look(3_600_000, 400, [{ ...shell, ppid: 70, sid: 70, tty: 4 }])).not.toBe(first);
});

it('a table without vigil proves nothing', () => {
  const at = { wall: second, steady: 0 };
  expect(createStartTimes().read([shell], { self: 10, at, isWhole: true })).toBeUndefined();
});

it('a start that another run has recorded is compared without what only that run knew', () => {
  expect(isSameStart(`${second}+1`, String(second))).toBe(true);
  expect(isSameStart(String(second), String(second + 1000))).toBe(false);
  expect(isSameStart(String(second), `${second}+1`)).toBe(false);
});

/** A pid over time: each process has a parent and a session of its own, may start another program, and ends. */
const lives = fc.array(
  fc.record({
    second: fc.integer({ min: 0, max: 2 }),
    facts: fc.array(
      fc.record({ command: fc.constantFrom('sh', 'claude', 'vim'), isLeader: fc.boolean() }),
      { minLength: 1, maxLength: 4 },
    ),
  }),
  { minLength: 1, maxLength: 5 },
);

it('no start is given to two processes, and none of them has two, however they follow each other', () => {
  fc.assert(
    fc.property(
      lives,
      fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 25, maxLength: 25 }),
      (given, pauses) => {
        const times = createStartTimes();
        let now = 0;
        const owners = new Map<string, number>();
        const inOrder = [...given].sort((a, b) => a.second - b.second);
        for (const [index, life] of inOrder.entries()) {
          const startedAt = second + life.second * 1000;
          // It was started in its second, or it is none of that.
          now = Math.max(now, life.second * 1000);
          if (now > life.second * 1000 + 999) continue;
          const starts = new Set<string>();
          for (const [step, { command, isLeader }] of life.facts.entries()) {
            now += pauses[index * 4 + step] ?? 1;
            const place = { ppid: 100 + index, sid: isLeader ? 500 : 100 + index, pgid: 500 };
            const row: Seen = { ...shell, ...place, tty: isLeader ? 0 : index, command, startedAt };
            const start = times
              .read([self, row], {
                self: 10,
                at: { wall: second + now, steady: now },
                isWhole: true,
              })
              ?.get(shell.pid);
            starts.add(start ?? '');
          }
          const isOnce = !life.facts.some(
            (each, at) => at > 0 && life.facts[at - 1]?.isLeader === true && !each.isLeader,
          );
          // A session is made once, and never left.
          if (isOnce) expect(starts.size).toBe(1);
          for (const start of starts) {
            expect(owners.get(start) ?? index).toBe(index);
            owners.set(start, index);
          }
        }
      },
    ),
    { numRuns: rounds(300, 20_000) },
  );
});

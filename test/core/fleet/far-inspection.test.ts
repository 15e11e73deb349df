/** What the screen shows of a row that another machine's vigil has read: the log, the pane, the details. */
import { describe, expect, it, vi } from 'vitest';
import { outputOf } from '../../../source/core/model/inspection.ts';
import {
  failedInspection,
  inspectionSchema,
  readFarInspection,
} from '../../../source/fleet/far-inspection.ts';
import type { FarAnswer, FarSubject } from '../../../source/fleet/fleet.ts';
import { createFarInspector, refreshMs } from '../../../source/screen/far-inspector.ts';
import { createRowInspector } from '../../../source/screen/row-inspector.ts';
import { builder, farRow, lost } from '../../fixtures/fleet.ts';
import { nothingOf } from '../../fixtures/nothing.ts';
import { unexpected } from '../../fixtures/screen-world.ts';
import { agentRow } from '../../fixtures/snapshot.ts';

const key = 'devbox agent:builder-1';
const now = Date.parse('2026-11-30T12:00:00.000Z');
const document = {
  schema: inspectionSchema,
  // Its clock is an hour ahead.
  takenAt: '2026-11-30T13:00:00.000Z',
  directories: [[7, '/srv/app']],
  ports: [[7, { ok: true, value: [3000] }]],
  records: [{ path: '/w/AGENT_REGISTRY.json', fields: { ok: true, value: [['id', '"a"']] } }],
  tails: [
    { name: 'log', lines: { ok: true, value: ['one', 'two'] } },
    { name: 'progress', lines: { ok: true } },
  ],
  login: { pid: 9, session: '3', isLingering: false },
  history: [
    {
      ...{ time: '2026-11-30T12:59:00.000Z', kind: 'end', target: 'agent:a', outcome: 'killed' },
      by: { uid: 0, user: 'root', pid: 4 },
    },
  ],
};
const read = (value: unknown, aspect: 'detail' | 'log' | 'screen' = 'log') =>
  readFarInspection(value, { host: 'devbox', key, aspect, now });

describe('the inspection of another machine', () => {
  it('is read as one of this machine, with times as old as they are there', () => {
    const inspection = read(document, 'detail');
    expect(inspection).toMatchObject({ key, aspect: 'detail', screen: undefined });
    expect(outputOf(inspection)).toEqual({
      source: 'log',
      lines: { ok: true, value: ['one', 'two'] },
    });
    expect(inspection.directories.get(7)).toBe('/srv/app');
    expect(inspection.ports.get(7)).toEqual({ ok: true, value: [3000] });
    expect(inspection.records[0]?.fields).toEqual({ ok: true, value: [['id', '"a"']] });
    expect(inspection.login).toMatchObject({ pid: 9, session: '3' });
    expect(inspection.deeds?.map(({ at, kind }) => [now - at, kind])).toEqual([[60_000, 'end']]);
  });

  it('is the pane where there is no log', () => {
    const { tails: _, ...rest } = document;
    const screen = { ok: true, value: ['$ ls'] };
    const without = { ...rest, tails: [{ name: 'log', lines: { ok: true } }], screen };
    expect(outputOf(read(without))).toEqual({ source: 'screen', lines: screen });
  });

  it('keeps the newest of too many lines, and no more text than a log view reads', () => {
    const many = Array.from({ length: 9000 }, (_, index) => String(index));
    const linesIn = (lines: readonly string[]) => {
      const tails = [{ name: 'log', lines: { ok: true, value: lines } }];
      const { lines: found } = read({ ...document, tails }).tails[0] ?? {};
      return found?.ok ? (found.value ?? []) : [];
    };
    expect([linesIn(many).length, linesIn(many).at(-1)]).toEqual([6000, '8999']);
    const long = 'x'.repeat(300 * 1024);
    expect(linesIn([long, long, 'last']).map(({ length }) => length)).toEqual([long.length, 4]);
  });

  it('takes nothing for what it is not', () => {
    const odd = {
      ...document,
      ...{ directories: [[7], ['x', '/'], 3], ports: { a: 1 }, records: [null], tails: 'x' },
      ...{ screen: 7, login: [], history: [{}, { time: 'never' }, 1] },
    };
    const { directories, ports, records, tails, screen, login, deeds } = read(odd);
    expect([directories.size, ports.size, tails, login, deeds]).toEqual([0, 0, [], undefined, []]);
    expect(records).toEqual([
      { path: '', fields: { ok: false, reason: 'it could not be read there' } },
    ]);
    expect(screen).toEqual({ ok: false, reason: 'it could not be read there' });
  });

  it('of a vigil that does not know it says so', () => {
    const reason = 'devbox: its vigil is too old for this: update it';
    for (const other of [undefined, { schema: 'vigil.why/1', rows: [] }, []])
      expect(read(other)).toEqual(failedInspection(key, 'log', reason));
    expect(outputOf(failedInspection(key, 'screen', reason))?.source).toBe('screen');
  });
});

type Asked = {
  readonly host: string;
  readonly words: readonly string[];
  readonly about?: FarSubject;
  readonly signal?: AbortSignal;
  answer(answer: Partial<FarAnswer>): Promise<void>;
};

function setUp() {
  const asked: Asked[] = [];
  let time = 0;
  const far = createFarInspector({
    fleet: {
      ask: (host, words, about, signal) =>
        new Promise(resolve => {
          asked.push({
            ...{ host, words, about, signal },
            async answer(answer) {
              resolve({ lines: [], messages: [], code: 0, ...answer } as FarAnswer);
              await new Promise(setImmediate);
            },
          });
        }),
    },
    words: command => [`--of=${command}`],
    now: () => time,
    wallNow: () => now,
  });
  const reported: unknown[] = [];
  const inspector = createRowInspector({ inspect: unexpected, forget: () => undefined }, far);
  const inspect = (row = farRow('devbox', builder), aspect: 'log' | 'screen' = 'log') =>
    inspector.inspect({ row, aspect, takenAt: time }, each => reported.push(each));
  const pass = (ms: number) => {
    time += ms;
  };
  return { asked, reported, inspect, pass };
}

describe('an inspection on another machine', () => {
  it('is asked of its vigil, with the boot and the process of the row', async () => {
    const { asked, reported, inspect } = setUp();
    inspect();
    expect(asked).toMatchObject([
      {
        host: 'devbox',
        words: ['why', '--of=why', '--', builder.key],
        about: {
          bootId: 'boot of devbox',
          identities: { [builder.key]: '7001@70010' },
          aspect: 'log',
        },
      },
    ]);
    await asked[0]?.answer({ document });
    expect(reported).toMatchObject([{ key: `devbox ${builder.key}`, aspect: 'log' }]);
  });

  it('is made once at a time, and again only after a while', async () => {
    const { asked, inspect, pass } = setUp();
    inspect();
    inspect();
    expect(asked).toHaveLength(1);
    await asked[0]?.answer({ document });
    pass(refreshMs - 1);
    inspect();
    expect(asked).toHaveLength(1);
    pass(1);
    inspect();
    expect(asked).toHaveLength(2);
  });

  it('of another row ends the one before, whose answer is dropped', async () => {
    const { asked, reported, inspect } = setUp();
    inspect();
    inspect(farRow('devbox', lost));
    expect(asked.map(({ signal }) => signal?.aborted)).toEqual([true, false]);
    expect(asked[1]?.about?.identities).toEqual({});
    await asked[0]?.answer({ document });
    expect(reported).toEqual([]);
    await asked[1]?.answer({ document });
    expect(reported).toMatchObject([{ key: `devbox ${lost.key}` }]);
    // Back on the first one, nothing of it is shown yet.
    inspect();
    expect(asked).toHaveLength(3);
  });

  it('that fails says why in its place', async () => {
    const reasonOf = async (answer: Partial<FarAnswer>) => {
      const { asked, reported, inspect } = setUp();
      inspect();
      await asked[0]?.answer(answer);
      const [inspection] = reported as Parameters<typeof outputOf>;
      const lines = inspection && outputOf(inspection)?.lines;
      return lines?.ok === false ? lines.reason : undefined;
    };
    expect(await reasonOf({ code: undefined, reason: 'no route' })).toBe('devbox: no route');
    const messages = ['vigil why: refused: this machine was restarted since'];
    expect(await reasonOf({ code: 4, messages })).toBe(
      'devbox: refused: this machine was restarted since',
    );
    expect(await reasonOf({ code: 9 })).toBe('devbox: its vigil exited with code 9');
  });

  it('that takes too long is given up', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const { asked, reported, inspect } = setUp();
      inspect();
      vi.runAllTimers();
      expect(asked[0]?.signal?.aborted).toBe(true);
      await asked[0]?.answer({ code: undefined, reason: 'vigil has ended the connection' });
      const reason = 'devbox: no answer within 20 s';
      expect(reported).toEqual([failedInspection(`devbox ${builder.key}`, 'log', reason)]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('is no obstacle to one on this machine, and the other way round', async () => {
    const own = agentRow('own-1', 'working', { class: 'live' });
    const done: string[] = [];
    const reports: (() => void)[] = [];
    const inspector = createRowInspector(
      {
        inspect: ({ row }, report) => void reports.push(() => report(nothingOf(row.key))),
        forget: () => void done.push('local forgets'),
      },
      {
        inspect: ({ row }) => void done.push(`asks for ${row.key}`),
        forget: () => void done.push('far forgets'),
      },
    );
    const reported: string[] = [];
    const inspect = (row = own) =>
      inspector.inspect({ row, aspect: 'log', takenAt: 0 }, each => void reported.push(each.key));
    inspect();
    inspect(farRow('devbox', builder));
    reports[0]?.();
    expect(reported).toEqual([]);
    inspect();
    expect(done).toEqual(['local forgets', `asks for devbox ${builder.key}`, 'far forgets']);
    reports[1]?.();
    expect(reported).toEqual([own.key]);
  });
});

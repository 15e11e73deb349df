/** Agreement of two polls, and the check before the first signal. */
import { describe, expect, it } from 'vitest';
import { classify } from '../../source/core/inventory/classify.ts';
import type { Draft } from '../../source/core/inventory/draft.ts';
import { emptyMemory, isAgreed, secondPollMs, settle } from '../../source/core/inventory/memory.ts';
import { judgeAgain } from '../../source/core/lifecycle/judge-again.ts';
import type { Inventory, RegistryReading, Row, Snapshot } from '../../source/core/model/model.ts';
import { planEnd } from '../../source/core/termination/end-plan.ts';
import { agentRow, row, rowProcess, snapshotOf } from '../fixtures/snapshot.ts';
import { emptyHost } from '../helpers/empty-host.ts';
import {
  agentParts,
  entry,
  inventory,
  knowledge,
  long,
  now,
  process,
  registry,
  serverPid,
} from '../helpers/inventory.ts';
import { opened } from '../helpers/observation.ts';

const draft = (more: Partial<Draft> = {}): Draft => ({
  ...row({ class: 'orphan', key: 'k', processes: [rowProcess(7000, ['claude'])] }),
  roots: ['7000@70000', '7001@70010'],
  recordState: 'working',
  ...more,
});

/** The row that a later poll makes of these drafts. */
function looks(second: Draft, apartMs = secondPollMs, first: Draft = draft()) {
  const before = settle([first], now, emptyMemory.since);
  const after = settle([second], now + apartMs, before.since);
  const [last] = after.rows;
  if (last === undefined) throw new Error('there is no row');
  return { last, isAgreed: isAgreed(last, now + apartMs), unsettled: after.unsettled };
}

describe('two polls', () => {
  it('agree at half a second apart, and not before', () => {
    expect(looks(draft()).isAgreed).toBe(true);
    expect(looks(draft(), secondPollMs - 1).isAgreed).toBe(false);
    expect(looks(draft()).last.agreedSince).toBe(now);
  });

  it('are needed: one alone agrees with nothing', () => {
    const [alone] = settle([draft()], now, emptyMemory.since).rows;
    expect(isAgreed(alone as Row, now)).toBe(false);
    expect(isAgreed(row({ class: 'orphan', key: 'k' }), now)).toBe(false);
  });

  it.each([
    ['drafts', (each: Row) => draft({ key: each.key })],
    ['rows that were kept', (each: Row) => each],
  ])('agree anew after the clock was set back (%s)', (_, next) => {
    const first = settle([draft()], now, emptyMemory.since);
    const back = now - 3_600_000;
    const second = settle(first.rows.map(next), back, first.since);
    expect(second.rows.map(each => isAgreed(each, back))).toEqual([false]);
    const third = settle(second.rows.map(next), back + secondPollMs, second.since);
    expect(third.rows.map(each => isAgreed(each, back + secondPollMs))).toEqual([true]);
  });

  for (const [title, more] of [
    ['another class', { class: 'undead' }],
    ['other roots', { roots: ['7000@70000'] }],
    ['another identity of a root', { roots: ['7000@70000', '7001@later'] }],
    ['another state of the record', { recordState: 'completed' }],
    ['another row', { key: 'another' }],
  ] as const)
    it(`do not agree on ${title}`, () => {
      const { last, isAgreed } = looks(draft(more));
      expect(isAgreed).toBe(false);
      expect(last.agreedSince).toBe(now + secondPollMs);
    });

  it('agree if children come and go, and in any order of roots', () => {
    expect(looks(draft({ processes: [] })).isAgreed).toBe(true);
    expect(looks(draft({ roots: ['7001@70010', '7000@70000'] })).isAgreed).toBe(true);
    expect(looks(draft({ evidence: [], cpuPercent: 9 })).isAgreed).toBe(true);
  });

  it('both count: another verdict in between starts over', () => {
    const first = settle([draft()], now, emptyMemory.since);
    const between = settle([draft({ class: 'ghost' })], now + 600, first.since);
    const [last] = settle([draft()], now + 700, between.since).rows;
    expect(last?.agreedSince).toBe(now + 700);
    const absent = settle([], now + 600, first.since);
    expect(settle([draft()], now + 700, absent.since).rows[0]?.agreedSince).toBe(now + 700);
  });
});

describe('a verdict on young evidence', () => {
  const young = draft({ class: 'ghost', youngest: now - 100 });

  it('is delayed until a second poll agrees', () => {
    const { rows, unsettled } = settle([young], now, emptyMemory.since);
    expect(unsettled).toBe(1);
    expect(rows[0]).toMatchObject({ class: 'unknown', confidence: undefined });
    expect(rows[0]?.evidence.at(-1)).toMatchObject({ kind: 'unsettled', strength: 'doubt' });
    expect(looks(young, secondPollMs, young)).toMatchObject({
      last: { class: 'ghost' },
      unsettled: 0,
    });
    expect(looks(young, secondPollMs - 1, young)).toMatchObject({ unsettled: 1 });
    expect(looks(young, secondPollMs, draft({ class: 'live' }))).toMatchObject({ unsettled: 1 });
  });

  it('is not delayed once it has aged, nor if there is none', () => {
    const old = draft({ class: 'ghost', youngest: now - 2000 });
    expect(settle([old], now, emptyMemory.since).rows[0]?.class).toBe('ghost');
    const open = draft({ class: 'unknown', youngest: now });
    expect(settle([open], now, emptyMemory.since).unsettled).toBe(0);
  });
});

/** A plan of these rows from one poll, and its remainder after another one. */
async function again(
  planned: Snapshot,
  later: Snapshot,
  more: {
    readonly isNamed?: boolean;
    readonly mayBeAttached?: boolean;
    readonly around?: readonly RegistryReading[];
    readonly given?: Inventory;
  } = {},
) {
  const { isNamed = false, mayBeAttached, around = [], given = inventory() } = more;
  const wanted = planned.rows.map(row => ({ row, isNamed, mayBeAttached }));
  const plan = planEnd(planned, given, wanted, knowledge);
  let count = 0;
  const look = async () => {
    count++;
    return later;
  };
  const judged = await judgeAgain(
    {
      host: { registries: { ...emptyHost.registries, readAround: async () => around } },
      monitor: { poll: look, inventory: () => given },
    },
    plan,
  );
  return { refusals: judged.targets.map(({ refused }) => refused?.kind ?? 'ended'), count };
}

describe('before the first signal', () => {
  const verdict = '["undead","completed","7000@70000"]';
  const processes = [rowProcess(7000, ['claude'])];
  const session = { socket: 'default', name: 'agent_a', attached: 0 };
  const undead = (more: Partial<Row> = {}) =>
    agentRow('a', 'completed', { class: 'undead', verdict, processes, session, ...more });
  const planned = snapshotOf([undead()]);
  const later = (more: Partial<Row>) => snapshotOf([undead(more)]);

  it('an unchanged row is ended', async () => {
    expect(await again(planned, planned)).toEqual({ refusals: ['ended'], count: 1 });
  });

  it('a row with another verdict is skipped', async () => {
    const live = later({ class: 'live', verdict: '["live","working","7000@70000"]' });
    expect((await again(planned, live)).refusals).toEqual(['changed']);
    const respawned = later({ verdict: '["undead","completed","7002@70020"]' });
    expect((await again(planned, respawned)).refusals).toEqual(['changed']);
  });

  it('a row that has become attached is skipped, unless that was requested', async () => {
    const watched = later({ session: { ...session, attached: 1 } });
    expect((await again(planned, watched)).refusals).toEqual(['attached']);
    expect((await again(planned, watched, { mayBeAttached: true })).refusals).toEqual(['ended']);
  });

  it('a row that was recorded under another key is skipped', async () => {
    const orphan = row({ class: 'orphan', key: 'process:7000@70000', verdict: 'o', processes });
    const taken = snapshotOf([agentRow('b', 'working', { class: 'live', verdict, processes })]);
    expect((await again(snapshotOf([orphan]), taken)).refusals).toEqual(['changed']);
  });

  it('a row that was recorded in another workspace is skipped', async () => {
    const around = [registry('task', [entry('a', 'working')], { workspace: '/other' })];
    expect((await again(planned, planned, { around })).refusals).toEqual(['elsewhere']);
  });

  it('nothing is ended if a source could not be read', async () => {
    const problems = [{ source: 'tmux' as const, message: 'no answer', unread: true }];
    const silent = snapshotOf([undead()], { problems });
    expect((await again(planned, silent)).refusals).toEqual(['unread']);
  });

  it('a row that exited by itself is reported as it is', async () => {
    expect((await again(planned, snapshotOf([]))).refusals).toEqual(['ended']);
  });

  it('a row named by the user is not checked again', async () => {
    const live = later({ class: 'live', verdict: 'other' });
    expect(await again(planned, live, { isNamed: true })).toEqual({
      refusals: ['ended'],
      count: 0,
    });
  });

  it('a target refused in the plan stays refused', async () => {
    const interactive = row({ class: 'interactive', key: 'p', processes, verdict: 'i' });
    const both = snapshotOf([interactive, undead()]);
    expect((await again(both, both)).refusals).toEqual(['interactive', 'ended']);
  });
});

describe('a leftover that is alive and no leftover any more, before the first signal', () => {
  const server = process(7000, 1, 'node /x/mcp-server', { sid: 6999 });
  const given = inventory({ processes: [server], origins: { 1: {}, 7000: {} } });
  const judged = (open: Parameters<typeof opened>[0], look: Inventory = given) =>
    classify(look, emptyMemory, knowledge, () => new Map([[7000, opened(open)]])).snapshot;
  const left = judged({ peer: 'gone' });

  it('was proven when the plan was made', () => {
    expect(left.rows.map(({ key, confidence }) => [key, confidence])).toEqual([
      ['process:7000@70000', 'proven'],
    ]);
  });

  it('is skipped: it listens by now, and is a service', async () => {
    const later = judged({ peer: 'gone', isListening: true });
    expect(later.rows).toEqual([]);
    expect((await again(left, later, { given })).refusals).toEqual(['changed']);
  });

  it('is skipped: a peer is at its other end, and it is only suspected', async () => {
    const later = judged({ peer: 'there' });
    expect(later.rows[0]?.confidence).toBe('suspected');
    expect((await again(left, later, { given })).refusals).toEqual(['changed']);
  });

  it('is skipped: its owner is back', async () => {
    const older = { startedAt: long - 1 };
    const owned = inventory(
      agentParts('a-1', [
        process(5000, serverPid, 'bash', older),
        process(5001, 5000, 'claude', { sid: 5000, ...older }),
        { ...server, ppid: 5001 },
      ]),
    );
    expect((await again(left, judged({}, owned), { given: owned })).refusals).toEqual(['changed']);
  });
});

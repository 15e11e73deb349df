/** What the guard may act on: nothing without agreeing polls, age, proof and a policy. */

import { describe, expect, it } from 'vitest';
import { type Row, rowClasses, type Snapshot } from '../../../source/core/model/model.ts';
import { agree, noAgreement, startOver } from '../../../source/guard/agreement.ts';
import { createBudget } from '../../../source/guard/budget.ts';
import { actions, allowedActions, defaultGuard } from '../../../source/guard/config.ts';
import { classCases, decide } from '../../../source/guard/decide.ts';
import { countPrograms, levelOf } from '../../../source/guard/thresholds.ts';
import { cleaning } from '../../fixtures/guard.ts';
import { agentRow, row, rowProcess, rows, snapshotOf, takenAt } from '../../fixtures/snapshot.ts';

const orphan = row({
  class: 'orphan',
  key: 'process:5201@52010',
  confidence: 'proven',
  verdict: 'orphan proven 5201@52010',
  processes: [rowProcess(5201, ['node', '/srv/mcp-server-files'], { role: 'mcp' })],
});

/** Looks at these snapshots, 30 s apart. */
function readyAfter(snapshots: readonly Snapshot[], config = cleaning) {
  let agreement = noAgreement;
  let at = takenAt;
  let decision = decide([], agreement, config, at);
  for (const snapshot of snapshots) {
    const cases = classCases({ snapshot, at, tookMs: 1 });
    agreement = agree(agreement, cases, { at, isRead: true });
    decision = decide(cases, agreement, config, at);
    at += 30_000;
  }
  return decision;
}

const looks = (count: number, ...shown: readonly Row[]) =>
  Array.from({ length: count }, () => snapshotOf(shown));
const names = ({ ready }: ReturnType<typeof decide>) =>
  ready.map(({ row: { key }, action }) => `${action} ${key}`);

describe('a row that is proven', () => {
  it('is ready after three polls over a minute that agree', () => {
    expect(names(readyAfter(looks(2, orphan)))).toEqual([]);
    expect(names(readyAfter(looks(3, orphan)))).toEqual(['sweep process:5201@52010']);
  });

  it('is not ready before the minimum age, however many polls agree', () => {
    expect(names(readyAfter(looks(10, orphan), { ...cleaning, minimumAgeMs: 600_000 }))).toEqual(
      [],
    );
  });

  it('begins again when a poll has another verdict, or none', () => {
    const other = { ...orphan, verdict: 'orphan proven 5299@1' };
    const unread = { ...orphan, class: 'unknown' as const };
    for (const between of [snapshotOf([other]), snapshotOf([]), snapshotOf([unread])])
      expect(names(readyAfter([...looks(2, orphan), between, ...looks(2, orphan)]))).toEqual([]);
  });

  it('never agrees without a verdict to compare', () => {
    expect(names(readyAfter(looks(9, { ...orphan, verdict: undefined })))).toEqual([]);
  });

  it('begins again after an action that failed', () => {
    const cases = classCases({ snapshot: snapshotOf([orphan]), at: takenAt, tookMs: 1 });
    let agreement = noAgreement;
    for (const at of [0, 30_000, 60_000])
      agreement = agree(agreement, cases, { at: takenAt + at, isRead: true });
    const again = startOver(agreement, new Set(['orphan process:5201@52010']), takenAt + 60_000);
    expect(decide(cases, agreement, cleaning, takenAt + 60_000).ready).toHaveLength(1);
    expect(decide(cases, again, cleaning, takenAt + 119_000).ready).toHaveLength(0);
  });
});

describe('the policy', () => {
  it('only reports by default, for every class', () => {
    expect(names(readyAfter(looks(20, ...rows, orphan), defaultGuard))).toEqual([]);
  });

  it('has its own action for each class, the longest agreed first', () => {
    const settled = rows.map((each, index) => ({
      ...each,
      verdict: `v${index}`,
      confidence: undefined,
    }));
    expect(names(readyAfter(looks(4, ...settled))).sort()).toEqual([
      'kill agent:leak_analyzer-232523-be4f03',
      'reconcile agent:ghostly_fixer-233914-f9663c',
      'sweep agent:hollow_builder-232300-9040a9',
      'sweep process:5201@52010',
    ]);
    const late = readyAfter([
      ...looks(1, orphan),
      ...looks(4, orphan, { ...orphan, key: 'process:9@9' }),
    ]);
    expect(late.ready.map(each => each.row.key)).toEqual(['process:5201@52010', 'process:9@9']);
  });

  it('ends nothing of a class that is never ended, whatever it says', () => {
    const never = ['live', 'interactive', 'host', 'zombie', 'unknown', 'ended'] as const;
    for (const name of never)
      for (const action of actions) {
        const policy = { ...defaultGuard.policy, [name]: action };
        const shown = agentRow('a-1', 'working', { class: name, verdict: 'v' });
        expect(names(readyAfter(looks(9, shown), { ...cleaning, policy }))).toEqual([]);
      }
    expect(rowClasses.filter(name => allowedActions[name].length === 1)).toEqual(
      [...never].sort((a, b) => rowClasses.indexOf(a) - rowClasses.indexOf(b)),
    );
  });

  it('skips suspected orphans and protected names, and says why', () => {
    const suspected = { ...orphan, confidence: 'suspected' as const };
    expect(readyAfter(looks(9, suspected))).toMatchObject({
      ready: [],
      held: [{ kind: 'suspected' }],
    });
    const undead = { ...(rows[1] as Row), verdict: 'v' };
    for (const [shown, name] of [
      [undead, 'leak_analyzer-232523-be4f03'],
      [orphan, 'mcp-server-files'],
      [orphan, 'node'],
    ] as const) {
      const decision = readyAfter(looks(9, shown), { ...cleaning, protect: ['other', name] });
      expect(decision).toMatchObject({ ready: [], held: [{ kind: 'protected' }] });
    }
    expect(
      names(readyAfter(looks(3, orphan), { ...cleaning, protect: ['mcp-server'] })),
    ).toHaveLength(1);
  });
});

it('endings in a minute are limited', () => {
  const budget = createBudget();
  budget.spend(2, 1000);
  budget.spend(1, 30_000);
  expect(budget.remaining(5, 40_000)).toBe(2);
  expect(budget.remaining(2, 40_000)).toBe(0);
  expect(budget.remaining(5, 61_000)).toBe(4);
  expect(budget.remaining(5, 90_000)).toBe(5);
});

it('agent programs are counted once, without daemons and zombies', () => {
  const agent = rowProcess(1, ['claude']);
  const twice = agentRow('a-1', 'working', {
    class: 'live',
    processes: [agent, rowProcess(2, ['sh'], { role: 'support' })],
  });
  const host = row({ class: 'host', key: 'process:3@3', processes: [rowProcess(3, ['codex'])] });
  const dead = row({
    class: 'zombie',
    key: 'process:4@4',
    processes: [rowProcess(4, [], { state: 'Z' })],
  });
  expect(countPrograms(snapshotOf([twice, { ...twice, key: 'agent:b' }, host, dead]))).toBe(1);
  const { thresholds } = defaultGuard;
  expect([9, 10, 19, 20].map(count => levelOf(count, thresholds))).toEqual([
    'good',
    'warning',
    'warning',
    'critical',
  ]);
});

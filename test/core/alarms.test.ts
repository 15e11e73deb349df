/** Alerts: which rows raise an alarm, and when. */
import { describe, expect, it } from 'vitest';
import type { Row, Snapshot } from '../../source/core/model/model.ts';
import { createAlerting } from '../../source/screen/alerting.ts';
import type { Action } from '../../source/screen/state/actions.ts';
import { alarmText } from '../../source/screen/state/alarms.ts';
import type { Effect } from '../../source/screen/state/effects.ts';
import { reduce } from '../../source/screen/state/reduce.ts';
import { initialState, type State } from '../../source/screen/state/state.ts';
import { defaultView } from '../fixtures/nothing.ts';
import { agentRow, snapshotOf, takenAt } from '../fixtures/snapshot.ts';
import { acted, ended, staged } from '../fixtures/states.ts';

const live = (id: string, more: Partial<Row> = {}) =>
  agentRow(id, 'working', { class: 'live', ...more });
const orphan = (id: string) => live(id, { class: 'orphan' });
const undead = (id: string) => live(id, { class: 'undead' });
const waiting = (id: string) => live(id, { activity: 'waiting' });
const unknown = (id: string) => live(id, { class: 'unknown' });
const problems = [{ source: 'tmux', message: 'no answer', unread: true }] as const;
const unread = (...rows: readonly Row[]) => ({ rows, problems });

type Poll =
  | readonly Row[]
  | { readonly rows: readonly Row[]; readonly problems: Snapshot['problems'] };

/** What each poll alerts about. @param before events before a poll, by its index. */
function alertsOf(
  polls: readonly Poll[],
  before: Readonly<Record<number, (state: State) => State>> = {},
) {
  let state = initialState(defaultView, 2000, false, 'bell');
  return polls.map((poll, index) => {
    state = before[index]?.(state) ?? state;
    const { rows, problems } = 'rows' in poll ? poll : { rows: poll, problems: [] };
    const at = takenAt + index * 2000;
    const snapshot = snapshotOf([...rows], { problems, takenAt: at });
    const step = reduce(state, { kind: 'polled', snapshot });
    state = step.state;
    return step.effects.flatMap(effect => (effect.kind === 'alert' ? [effect.text] : [])).join();
  });
}

describe('a row raises an alarm', () => {
  it('when it becomes a ghost: its agent has died', () => {
    const ghost = live('a', { class: 'ghost' });
    expect(alertsOf([[live('a')], [ghost], [ghost]])).toEqual(['', 'a is a ghost', '']);
  });

  it('when it becomes an orphan, undead or waiting, once', () => {
    const calm = [live('a'), live('b'), live('c')];
    const changed = [orphan('a'), undead('b'), waiting('c')];
    expect(alertsOf([calm, changed, changed, calm, changed])).toEqual([
      '',
      'a is an orphan, b is undead, c waits for input',
      '',
      '',
      'a is an orphan, b is undead, c waits for input',
    ]);
  });

  it('when it appears as one', () => {
    expect(alertsOf([[], [orphan('a')], [orphan('a')]])).toEqual(['', 'a is an orphan', '']);
  });

  it('also by its recorded status, but not if nothing of it is alive', () => {
    const recorded = live('a', { status: 'waiting' });
    const over = live('b', { status: 'waiting', class: 'ended' });
    expect(
      alertsOf([
        [live('a'), live('b')],
        [recorded, over],
      ]),
    ).toEqual(['', 'a waits for input']);
  });
});

describe('no alarm is raised', () => {
  it('by what is there at the first poll, even if its verdict comes later', () => {
    expect(
      alertsOf([
        [orphan('a'), unknown('b')],
        [orphan('a'), orphan('b')],
      ]),
    ).toEqual(['', '']);
  });

  it('before every source could be read', () => {
    expect(alertsOf([unread(), [orphan('a')], [orphan('a'), orphan('b')]])).toEqual([
      '',
      '',
      'b is an orphan',
    ]);
  });

  it('again after a time without a verdict, or in which a source was unreadable', () => {
    const polls = [
      [live('a')],
      [orphan('a')],
      [unknown('a')],
      [orphan('a')],
      unread(),
      [orphan('a')],
    ];
    expect(alertsOf(polls)).toEqual(['', 'a is an orphan', '', '', '', '']);
  });

  it('by a row that vigil itself is ending', () => {
    const key = live('a').key;
    const begin = (state: State) =>
      reduce(state, staged(key, { stage: 'verifying', since: 0 } as never, takenAt)).state;
    const finish = (state: State) => reduce(state, ended(key, 'killed', takenAt + 4000)).state;
    expect(alertsOf([[live('a')], [undead('a')], [undead('a')]], { 1: begin, 2: finish })).toEqual([
      '',
      '',
      '',
    ]);
  });

  it('by an orphan that appears while vigil ends anything, unless it is still there afterwards', () => {
    const key = live('a').key;
    const begin = (state: State) =>
      reduce(state, staged(key, { stage: 'verifying', since: 0 } as never, takenAt)).state;
    const finish = (state: State) => reduce(state, ended(key, 'killed', takenAt + 4000)).state;
    const left = [live('a'), orphan('left')];
    expect(alertsOf([[live('a')], left, left], { 1: begin, 2: finish })).toEqual([
      '',
      '',
      'left is an orphan',
    ]);
    expect(alertsOf([[live('a')], left, [live('a')]], { 1: begin, 2: finish })).toEqual([
      '',
      '',
      '',
    ]);
  });

  it('while alerts are off', () => {
    let state = initialState(defaultView, 2000, false);
    const effects: Effect[] = [];
    for (const rows of [[live('a')], [orphan('a')]]) {
      const step = reduce(state, { kind: 'polled', snapshot: snapshotOf(rows) });
      state = step.state;
      effects.push(...step.effects);
    }
    expect(effects.filter(({ kind }) => kind === 'alert')).toEqual([]);
  });
});

it('A goes through the ways to alert, and says which one is next', () => {
  let state = initialState(defaultView, 2000, false);
  const notices = [1, 2, 3, 4].map(() => {
    const step = reduce(state, { kind: 'requested', action: { kind: 'alert' } satisfies Action });
    state = step.state;
    return step.effects
      .map(effect => (effect.kind === 'notice' ? effect.text : effect.kind))
      .join();
  });
  expect(notices).toEqual([
    'alerts: bell',
    'alerts: tmux message',
    'alerts: bell and tmux message',
    'alerts: off',
  ]);
  expect(acted(state, { kind: 'alert' }).alert).toBe('bell');
});

it('a message names three rows, and counts the others', () => {
  expect(alarmText(['a', 'b', 'c'])).toBe('a, b, c');
  expect(alarmText(['a', 'b', 'c', 'd', 'e'])).toBe('a, b, c, and 2 more');
});

it('the bell rings only on a terminal of ours, and a message is printable', () => {
  const done: string[] = [];
  const alerting = (isOurs: boolean) =>
    createAlerting({
      possession: { isOurs: () => isOurs },
      write: text => void done.push(`write ${JSON.stringify(text)}`),
      message: text => void done.push(`message ${text}`),
    });
  alerting(true)('bell', 'a');
  alerting(true)('message', 'a\u001b[2J');
  alerting(true)('both', 'b');
  alerting(true)('off', 'c');
  alerting(false)('both', 'd');
  expect(done).toEqual([
    'write "\\u0007"',
    'message vigil: a\\e[2J',
    'write "\\u0007"',
    'message vigil: b',
    'message vigil: d',
  ]);
});

/** The log view: following, scrolling, searching. */
import { describe, expect, it } from 'vitest';
import type { Inspection } from '../../source/core/model/inspection.ts';
import type { Action } from '../../source/screen/state/actions.ts';
import { topOf } from '../../source/screen/state/log-mode.ts';
import { reduce } from '../../source/screen/state/reduce.ts';
import { chosenRows, initialState, type State } from '../../source/screen/state/state.ts';
import { defaultView, nothingOf } from '../fixtures/nothing.ts';
import { rows, snapshotOf, takenAt } from '../fixtures/snapshot.ts';
import { acted, applied, fitted } from '../fixtures/states.ts';

const size = { columns: 80, rows: 24 };
const key = rows[0]?.key ?? '';
const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${index}`);
const logOf = (text: readonly string[]): Inspection => ({
  ...nothingOf(key, 'log'),
  tails: [{ name: 'log', lines: { ok: true, value: text } }],
});
const read = (state: State, text: readonly string[]) =>
  fitted(applied(state, { kind: 'inspected', inspection: logOf(text) }), size);
const press = (state: State, ...actions: readonly Action[]) =>
  actions.reduce((before, action) => fitted(acted(before, action), size), state);
const table = fitted(
  applied(initialState(defaultView, 2000, false), { kind: 'polled', snapshot: snapshotOf() }),
  size,
);
const open = (count = 100) => read(press(table, { kind: 'log' }), lines(count));
const logMode = ({ mode }: State) => {
  if (mode.kind !== 'log') throw new Error('no log is open');
  return mode;
};
const top = (state: State) => topOf(logMode(state), state);
const follows = (state: State) => logMode(state).held === undefined;
const find = (text: string): readonly Action[] => [
  { kind: 'filter' },
  { kind: 'type', text },
  { kind: 'accept' },
];
const at = (state: State) => logMode(state).search?.at;

describe('the log', () => {
  it('follows the end as it grows', () => {
    const state = open();
    expect([top(state), state.overlayRows]).toEqual([100 - state.windowRows, 100]);
    const grown = read(state, lines(120));
    expect([follows(grown), top(grown)]).toEqual([true, 120 - grown.windowRows]);
  });

  it('stays as it is once it is scrolled up, and follows again at its end', () => {
    const up = press(open(), { kind: 'move', by: -3 });
    expect([follows(up), top(up)]).toEqual([false, 97 - up.windowRows]);
    const later = read(up, lines(200));
    expect([top(later), later.overlayRows]).toEqual([top(up), 100]);
    for (const actions of [
      [{ kind: 'jump', to: 'last' }],
      [
        { kind: 'move', by: 2 },
        { kind: 'move', by: 1 },
      ],
    ] satisfies Action[][]) {
      const end = press(later, ...actions);
      expect([follows(end), top(end)]).toEqual([true, 200 - end.windowRows]);
    }
  });

  it('shorter than the window follows whatever is pressed', () => {
    const short = open(3);
    for (const action of [
      { kind: 'move', by: -1 },
      { kind: 'page', by: -1 },
      { kind: 'jump', to: 'first' },
    ] satisfies Action[])
      expect(follows(press(short, action))).toBe(true);
  });

  it('is read after each poll, but not while it is held still', () => {
    const snapshot = snapshotOf(rows, { takenAt: takenAt + 2000 });
    const effects = (state: State) => reduce(state, { kind: 'polled', snapshot }).effects;
    const log = { kind: 'inspect', row: { key }, aspect: 'log', afterMs: 0 };
    expect(effects(open())).toMatchObject([log]);
    const held = press(open(), { kind: 'move', by: -1 });
    expect(effects(held)).toEqual([]);
    const action: Action = { kind: 'jump', to: 'last' };
    expect(reduce(held, { kind: 'requested', action }).effects).toMatchObject([log]);
  });

  it('is of the row it was opened on, which the verbs act on', () => {
    const state = press(open(), { kind: 'move', by: -1 });
    expect(chosenRows(state).map(row => row.key)).toEqual([key]);
    const moved = press(table, { kind: 'move', by: 2 }, { kind: 'log' });
    expect(logMode(moved).key).toBe(rows[2]?.key);
    const detail = press(table, { kind: 'detail' }, { kind: 'log' });
    expect(logMode(detail).key).toBe(key);
    expect(press(state, { kind: 'back' }).mode.kind).toBe('table');
  });
});

describe('a search in it', () => {
  it('begins at the last match while following, else at the first one from the window on', () => {
    expect(at(press(open(), ...find('line 1')))).toBe(19);
    const up = press(open(), { kind: 'jump', to: 'first' }, { kind: 'move', by: 12 });
    expect(at(press(up, ...find('line 1')))).toBe(12);
    expect(at(press(up, ...find('line 5')))).toBe(50);
    const late = press(up, { kind: 'move', by: 50 });
    expect(at(press(late, ...find('line 1')))).toBe(1);
  });

  it('shows each match, goes on in both directions, and starts again at the ends', () => {
    const found = press(open(), ...find('LINE 3'));
    const seen: number[] = [];
    let state = found;
    for (let count = 0; count < 11; count++) {
      state = press(state, { kind: 'next match', by: -1 });
      const row = at(state) ?? -1;
      expect([row, row >= top(state) && row < top(state) + state.windowRows]).toEqual([row, true]);
      seen.push(row);
    }
    expect(seen).toEqual([38, 37, 36, 35, 34, 33, 32, 31, 30, 3, 39]);
    expect(at(press(state, { kind: 'next match', by: 1 }))).toBe(3);
  });

  it('stops following, also where the match is in the last window', () => {
    const found = press(open(), ...find('line 99'));
    expect([follows(found), top(found)]).toEqual([false, 100 - found.windowRows]);
    expect(follows(press(found, { kind: 'move', by: 1 }))).toBe(true);
  });

  it('without a match changes nothing; Esc clears what is typed, and leaves afterwards', () => {
    const none = press(open(), ...find('nothing'));
    expect([follows(none), at(none), none.matches]).toEqual([true, undefined, []]);
    const typing = press(none, { kind: 'filter' });
    expect(logMode(typing).search).toEqual({ text: 'nothing', isTyped: true });
    const cleared = press(typing, { kind: 'back' });
    expect(logMode(cleared).search).toBeUndefined();
    expect(press(cleared, { kind: 'back' }).mode.kind).toBe('table');
    expect(press(cleared, { kind: 'next match', by: 1 })).toEqual(cleared);
  });
});

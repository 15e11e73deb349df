/** The command list, opened with `:`. */
import { describe, expect, it } from 'vitest';
import { actionOf, actionsOf } from '../../source/screen/input/key-actions.ts';
import { bindings } from '../../source/screen/input/keys.ts';
import type { Action } from '../../source/screen/state/actions.ts';
import { actionsFor } from '../../source/screen/state/palette.ts';
import { initialState, type State } from '../../source/screen/state/state.ts';
import { defaultView } from '../fixtures/nothing.ts';
import { snapshotOf } from '../fixtures/snapshot.ts';
import { acted, applied, fitted } from '../fixtures/states.ts';

const size = { columns: 80, rows: 24 };
const fresh = () =>
  applied(initialState(defaultView, 2000, false), { kind: 'polled', snapshot: snapshotOf() });
/** Presses keys; their actions are applied as the screen does. */
function press(state: State, ...names: string[]) {
  let next = state;
  const asked: Action[] = [];
  for (const name of names)
    for (const action of actionsOf(
      { kind: 'key', name, text: name.length === 1 ? name : undefined },
      next.mode,
    )) {
      asked.push(action);
      next = fitted(acted(next, action), size);
    }
  return { state: next, asked };
}

describe('the command list', () => {
  it('holds every action of the key table, and filters by all typed words', () => {
    const all = actionsFor(bindings, '');
    expect(new Set(all)).toEqual(new Set(bindings));
    expect(all.length).toBe(bindings.length);
    const found = actionsFor(bindings, ' MEM  sort').map(each => each.does);
    expect(found).toEqual(['sort by memory']);
    expect(actionsFor(bindings, 'F9').map(each => each.action)).toEqual([
      { kind: 'end', force: false },
    ]);
    expect(actionsFor(bindings, 'nothing like it')).toEqual([]);
  });

  it('runs with Enter what the selected command’s own key does, in the table, for every command', () => {
    for (const [index, { action, keys }] of actionsFor(bindings, '').entries()) {
      const open = { kind: 'palette', typed: '', index } as const;
      const [first, ...chosen] = actionsOf({ kind: 'key', name: 'enter' }, open);
      expect(first).toEqual({ kind: 'back' });
      const key = { kind: 'key', name: keys[0] ?? '' } as const;
      expect(chosen).toEqual([action]);
      expect(actionOf(key, { kind: 'table' })).toEqual(action);
    }
  });

  it('begins with what changes something, the gentle way first', () => {
    const all = actionsFor(bindings, '');
    expect(all.slice(0, 2).map(each => each.keys[0])).toEqual(['x', 'X']);
    const changes = all.map(each => each.changes);
    expect(changes.lastIndexOf(true) + 1).toBe(changes.indexOf(false));
  });

  it('lists keys that only move the cursor or switch tabs last', () => {
    const isMotion = actionsFor(bindings, '').map(each => each.isMotion);
    expect(isMotion.indexOf(true)).toBe(isMotion.lastIndexOf(false) + 1);
    const moving = bindings.filter(each => each.isMotion).map(each => each.shown);
    expect(moving).toEqual(expect.arrayContaining(['↑ k', 'PgDn', 'G End', 'Tab', '6']));
  });

  const keysFor = (typed: string) => actionsFor(bindings, typed).map(each => each.keys[0]);

  it.each(['kill', 'stop', 'terminate', 'KILL'])(
    '%s finds the graceful end, then SIGKILL, then the shutdown',
    typed => expect(keysFor(typed).slice(0, 3)).toEqual(['x', 'X', 'Q']),
  );

  it.each([
    ['end', 'x'],
    ['exit', 'q'],
    ['quit', 'q'],
    ['leave', 'q'],
    ['refresh', 'r'],
    ['reload', 'r'],
    ['search', '/'],
    ['find', '/'],
    ['sigkill', 'X'],
    ['freeze', 'f'],
    ['sigstop', 'f'],
    ['why', 'enter'],
    ['history', 'e'],
    ['clean', 'w'],
    ['select', ' '],
    ['interval', '+'],
    ['speed', '+'],
    ['undo', 'f'],
    ['unfreeze', 'f'],
    ['delete', 'x'],
    ['collapse', 'left'],
    ['expand', 'right'],
    ['ram', 'M'],
    ['hide', 'C'],
  ])('%s finds %s first', (typed, key) => expect(keysFor(typed)[0]).toBe(key));

  it('prefers the beginning of a word to its middle', () => {
    const made = (does: string) => ({ shown: 'a', does });
    const [middle, start] = [made('resort'), made('sort')];
    expect(actionsFor([middle, start], 'sort')).toEqual([start, middle]);
  });

  it('is filtered by letters, navigated with arrows, and closed unchanged with Esc', () => {
    const typed = press(fresh(), ':', 's', 'o', 'r', 't', ' ', 'b', 'y', 'down', 'down').state;
    expect(typed.mode).toEqual({ kind: 'palette', typed: 'sort by', index: 2 });
    expect(press(typed, 'down', 'down', 'down', 'down').state.mode).toMatchObject({ index: 3 });
    expect(press(typed, 'up', 'up', 'up').state.mode).toMatchObject({ index: 0 });
    expect(press(typed, 'backspace').state.mode).toMatchObject({ typed: 'sort b', index: 0 });
    const left = press(typed, 'escape').state;
    expect(left.mode).toEqual({ kind: 'table' });
    expect(left.view).toEqual(fresh().view);
    expect(press(typed, 'enter').state.view.sort).toBe('up');
  });

  it('keeps the filter of the table', () => {
    const filtered = press(fresh(), '/', 'l', 'e', 'a', 'k', 'enter').state;
    const after = press(filtered, ':', 'm', 'e', 'm', 'enter').state;
    expect(after.view).toMatchObject({ filter: 'leak', sort: 'mem' });
  });

  it('stays open if no command matches', () => {
    const { state, asked } = press(fresh(), ':', '%', '%', 'enter');
    expect(state.mode).toEqual({ kind: 'palette', typed: '%%', index: 0 });
    expect(asked.map(each => each.kind)).toEqual(['palette', 'type', 'type']);
  });
});

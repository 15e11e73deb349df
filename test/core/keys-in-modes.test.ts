/** What every key does in every mode: its action, and the state changes it causes. */
import { expect, it } from 'vitest';
import { actionOf, actionsOf } from '../../source/screen/input/key-actions.ts';
import { bindings } from '../../source/screen/input/keys.ts';
import { wordOf } from '../../source/screen/state/dialog.ts';
import { reduce } from '../../source/screen/state/reduce.ts';
import type { State } from '../../source/screen/state/state.ts';
import { stateOf, views } from '../fixtures/views.ts';

const size = { columns: 80, rows: 24 };
/** Every key bound in some mode, and some unbound ones. */
const keys = [
  ...bindings.flatMap(binding => binding.keys),
  ...['y', 'n', 'd', 'é', 'backspace', 'ctrl+u', 'left', 'delete', 'f12', 'ctrl+a'],
];

function pressed(state: State, name: string): { readonly said: string; readonly after: State } {
  const isText = [...name].length === 1;
  const actions = actionsOf({ kind: 'key', name, text: isText ? name : undefined }, state.mode);
  const effects: string[] = [];
  const after = actions.reduce((before, action) => {
    const next = reduce(before, { kind: 'requested', action });
    effects.push(...next.effects.map(each => each.kind));
    return next.state;
  }, state);
  if (actions.length === 0) return { said: '', after };
  const words = actions.map(action => Object.values(action).join(' ')).join(', ');
  const caused = effects.length > 0 ? ` → ${effects.join(', ')}` : '';
  return { said: `${words}${changes(state, after)}${caused}`, after };
}

/** The parts of the state that have changed. */
function changes(before: State, after: State): string {
  const names = (Object.keys(after) as (keyof State)[]).filter(
    name => JSON.stringify(shown(before[name])) !== JSON.stringify(shown(after[name])),
  );
  const isOther = modeOf(before) !== modeOf(after);
  const said = names.map(name => (name === 'mode' && isOther ? `mode: ${modeOf(after)}` : name));
  return said.length > 0 ? ` (${said.join(', ')})` : '';
}

function shown(value: unknown): unknown {
  return value instanceof Set || value instanceof Map ? [...value] : value;
}

function modeOf({ mode }: State): string {
  return mode.kind === 'dialog' ? mode.dialog.kind : mode.kind;
}

/** The action of each key in a view. */
function actionsIn(view: string): ReadonlyMap<string, string> {
  const first = stateOf(view, size);
  const { index, key } = first.cursor;
  // As after a key about a row: that the first such key keeps the cursor there says nothing of the key.
  const state = { ...first, cursor: { index, key } };
  return new Map(
    keys.map(name => {
      const { said } = pressed(state, name);
      return [name, said.startsWith(`type ${name}`) ? `type it${said.slice(6)}` : said];
    }),
  );
}

/** One line for each action, with its keys: `up k: move -1`. */
function linesOf(actions: readonly (readonly [string, string])[]): string {
  const byAction = new Map<string, string[]>();
  for (const [key, does] of actions) byAction.set(does, [...(byAction.get(does) ?? []), key]);
  return [...byAction].map(([does, of]) => `${of.join(' ')}: ${does || 'nothing'}\n`).join('');
}

/** The actions of the first view of each mode, and differing ones of its other views. */
function actionTable(): string {
  const first = new Map<string, ReadonlyMap<string, string>>();
  const tables = new Map<string, string[]>();
  for (const view of Object.keys(views)) {
    const { mode } = stateOf(view, size);
    const takesText = mode.kind === 'dialog' && mode.dialog.kind === 'shutdown';
    const kind = takesText ? 'dialog with a word' : mode.kind;
    const actions = actionsIn(view);
    const known = first.get(kind);
    first.set(kind, known ?? actions);
    const shown = [...actions].filter(([key, does]) => does !== (known?.get(key) ?? ''));
    const table = `${known === undefined ? kind : `${kind}, but`}\n${linesOf(shown)}`;
    tables.set(table, [...(tables.get(table) ?? []), view]);
  }
  return [...tables].map(([table, of]) => `${of.join('; ')} → ${table}`).join('\n');
}

it('every key keeps its action in every mode', () => {
  expect(actionTable()).toMatchSnapshot();
});

it('with --read-only no key opens a dialog that could be confirmed', () => {
  for (const view of Object.keys(views).filter(name => name.startsWith('table'))) {
    const state = stateOf(view, size, true);
    for (const key of keys) {
      const { mode } = pressed(state, key).after;
      // The quit question does not concern the machine.
      if (mode.kind === 'dialog' && mode.dialog.kind !== 'quit')
        expect([key, mode.dialog.kind]).toEqual([key, 'refused']);
    }
  }
});

it('a paste does nothing in any mode', () => {
  for (const view of Object.keys(views))
    expect(actionOf({ kind: 'paste' }, stateOf(view, size).mode)).toBeUndefined();
});

it('Ctrl-C asks to quit in every mode', () => {
  for (const view of Object.keys(views)) {
    const { mode } = stateOf(view, size);
    expect([view, actionOf({ kind: 'key', name: 'ctrl+c' }, mode)?.kind]).toEqual([view, 'quit']);
  }
});

it('only a dialog is confirmed with y, and only the shutdown word with Enter', () => {
  for (const view of Object.keys(views)) {
    const { mode } = stateOf(view, size);
    const says = (name: string) => actionOf({ kind: 'key', name, text: name }, mode)?.kind;
    const isWord = mode.kind === 'dialog' && wordOf(mode.dialog) !== undefined;
    expect([view, says('y') === 'confirm']).toEqual([view, mode.kind === 'dialog' && !isWord]);
    expect([view, says('enter') === 'confirm']).toEqual([view, isWord]);
  }
});

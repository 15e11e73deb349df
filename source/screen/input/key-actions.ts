/** Keys → actions by mode, from the key table. */
import type { Action } from '../state/actions.ts';
import { isTypingReason, isWordAhead, wordOf } from '../state/dialog.ts';
import { isSearchTyped, type Mode } from '../state/mode.ts';
import { actionsFor } from '../state/palette.ts';
import type { Key } from './key-reader.ts';
import { type Binding, bindings } from './keys.ts';

type KeyTable = readonly Binding[];

const actionMaps = new WeakMap<KeyTable, ReadonlyMap<string, Action>>();

/** The actions of the table by key, made once for each table. */
function actionsByKey(table: KeyTable): ReadonlyMap<string, Action> {
  const known = actionMaps.get(table);
  if (known !== undefined) return known;
  const all = new Map(table.flatMap(({ keys, action }) => keys.map(key => [key, action])));
  actionMaps.set(table, all);
  return all;
}

/** Keys that mean the same in every mode. */
const everywhere: ReadonlySet<string> = new Set(['ctrl+c', 'f10', 'ctrl+l', 'ctrl+z']);

/** Keys while text is typed; letters are text then. */
const whileTyping: ReadonlyMap<string, Action> = new Map([
  ['enter', { kind: 'accept' }],
  ['escape', { kind: 'back' }],
  ['backspace', { kind: 'erase' }],
  ['ctrl+u', { kind: 'erase all' }],
]);

/** Keys of the menu of columns. */
const columnKeys: ReadonlyMap<string, Action> = new Map([
  [' ', { kind: 'toggle column' }],
  ['<', { kind: 'move column', by: -1 }],
  ['left', { kind: 'move column', by: -1 }],
  ['>', { kind: 'move column', by: 1 }],
  ['right', { kind: 'move column', by: 1 }],
]);

const moves: ReadonlySet<string> = new Set(['move', 'page', 'jump']);
const onRow = [...moves, 'refresh', 'attach', 'end', 'freeze', 'signal', 'command'];
const whileReading: ReadonlySet<string> = new Set([...onRow, 'log']);
const inLog: ReadonlySet<string> = new Set([...onRow, 'detail', 'filter']);

/** @returns the actions of this key, in order: Enter in the command list closes it and runs the selected
 * command. */
export function actionsOf(key: Key, mode: Mode, table: KeyTable = bindings): readonly Action[] {
  const action = actionOf(key, mode, table);
  if (action === undefined) return [];
  if (mode.kind !== 'palette' || action.kind !== 'accept') return [action];
  const chosen = actionsFor(table, mode.typed)[mode.index];
  return chosen === undefined ? [] : [{ kind: 'back' }, chosen.action];
}

/** @returns the action of this key in this mode; undefined for unbound keys, and always for pasted text and
 * the mouse. */
export function actionOf(key: Key, mode: Mode, table: KeyTable = bindings): Action | undefined {
  if (key.kind !== 'key') return undefined;
  const bound = actionsByKey(table).get(key.name);
  if (everywhere.has(key.name)) return bound;
  switch (mode.kind) {
    case 'table':
      return bound;
    case 'filter':
    case 'palette':
      return textAction(key, bound);
    case 'sort':
      if (key.name === 'enter') return { kind: 'accept' };
      return isClosing(key, 's') ? { kind: 'back' } : only(moves, bound);
    case 'columns':
      if (isClosing(key, 'C') || key.name === 'enter') return { kind: 'back' };
      return columnKeys.get(key.name) ?? only(moves, bound);
    case 'signals':
      if (isClosing(key, 'S')) return { kind: 'back' };
      return isDigit(key) || key.text === undefined ? textAction(key, bound) : only(moves, bound);
    case 'events':
      return isClosing(key, 'e') ? { kind: 'back' } : only(moves, bound);
    case 'help':
      if (isClosing(key, '?')) return { kind: 'back' };
      return bound?.kind === 'help' ? bound : only(moves, bound);
    case 'dialog':
      if (wordOf(mode.dialog) !== undefined)
        return key.name === 'enter' ? { kind: 'confirm' } : textAction(key, bound);
      // The word may be typed ahead: its n cancels nothing.
      if (isWordAhead(mode.dialog)) return key.name === 'escape' ? { kind: 'back' } : undefined;
      if (isTypingReason(mode.dialog)) return textAction(key, bound);
      if (key.name === 'm') return { kind: 'reason' };
      if (key.name === 'y') return { kind: 'confirm' };
      // The default button is Cancel.
      if (key.name === 'n' || isClosing(key, 'enter')) return { kind: 'back' };
      return only(moves, bound);
    case 'detail':
      return isClosing(key, 'enter') ? { kind: 'back' } : only(whileReading, bound);
    case 'log':
      if (isSearchTyped(mode)) return textAction(key, bound);
      if (key.name === 'n') return { kind: 'next match', by: 1 };
      if (key.name === 'N') return { kind: 'next match', by: -1 };
      return isClosing(key, 'l') ? { kind: 'back' } : only(inLog, bound);
  }
}

function textAction(key: Key & { kind: 'key' }, bound: Action | undefined): Action | undefined {
  const action = whileTyping.get(key.name);
  if (action !== undefined) return action;
  return key.text === undefined ? only(moves, bound) : { kind: 'type', text: key.text };
}

function isDigit({ text }: Key & { kind: 'key' }): boolean {
  return text !== undefined && /^\d$/.test(text);
}

function isClosing(key: Key & { kind: 'key' }, toggle: string): boolean {
  return key.name === 'escape' || key.name === 'q' || key.name === toggle;
}

function only(kinds: ReadonlySet<string>, action: Action | undefined): Action | undefined {
  return action !== undefined && kinds.has(action.kind) ? action : undefined;
}

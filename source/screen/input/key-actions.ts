/** Keys → actions by mode, from the key table. */
import type { Action } from '../state/actions.ts';
import type { Mode } from '../state/mode.ts';
import { actionsFor } from '../state/palette.ts';
import type { Key } from './key-reader.ts';
import { bindings } from './keys.ts';

const byKey = new Map(bindings.flatMap(binding => binding.keys.map(key => [key, binding.action])));

/** Keys that mean the same in every mode. */
const everywhere: ReadonlySet<string> = new Set(['ctrl+c', 'f10', 'ctrl+l', 'ctrl+z']);

/** @returns the actions of this key, in order: Enter in the command list closes it and runs the selected
 * command. */
export function actionsOf(key: Key, mode: Mode): readonly Action[] {
  const action = actionOf(key, mode);
  if (action === undefined) return [];
  if (mode.kind !== 'palette' || action.kind !== 'accept') return [action];
  const chosen = actionsFor(bindings, mode.typed)[mode.index];
  return chosen === undefined ? [] : [{ kind: 'back' }, chosen.action];
}

/** @returns the action of this key in this mode; undefined for unbound keys, and always for pasted text and
 * the mouse. */
export function actionOf(key: Key, mode: Mode): Action | undefined {
  if (key.kind !== 'key') return undefined;
  const bound = byKey.get(key.name);
  if (everywhere.has(key.name)) return bound;
  switch (mode.kind) {
    case 'table':
      return bound;
    case 'filter':
    case 'palette':
      return filterAction(key, bound);
    case 'sort':
      if (key.name === 'enter') return { kind: 'accept' };
      return isClosing(key, 's') ? { kind: 'back' } : onlyMoves(bound);
    case 'events':
      return isClosing(key, 'e') ? { kind: 'back' } : onlyMoves(bound);
    case 'help':
      if (isClosing(key, '?')) return { kind: 'back' };
      return bound?.kind === 'help' ? bound : onlyMoves(bound);
    case 'dialog':
      if (mode.dialog.kind === 'shutdown') return wordAction(key, bound);
      if (key.name === 'y') return { kind: 'confirm' };
      // The default button is Cancel.
      if (key.name === 'n' || isClosing(key, 'enter')) return { kind: 'back' };
      return onlyMoves(bound);
    case 'detail':
      return isClosing(key, 'enter') ? { kind: 'back' } : (onlyMoves(bound) ?? whileReading(bound));
  }
}

/** While a word is typed, letters are text; Enter confirms the typed word. */
function wordAction(key: Key & { kind: 'key' }, bound: Action | undefined): Action | undefined {
  return key.name === 'enter' ? { kind: 'confirm' } : filterAction(key, bound);
}

/** In the filter, letters are text; arrows still move. */
function filterAction(key: Key & { kind: 'key' }, bound: Action | undefined): Action | undefined {
  if (key.name === 'enter') return { kind: 'accept' };
  if (key.name === 'escape') return { kind: 'back' };
  if (key.name === 'backspace') return { kind: 'erase' };
  if (key.name === 'ctrl+u') return { kind: 'erase all' };
  if (key.text !== undefined) return { kind: 'type', text: key.text };
  return onlyMoves(bound);
}

function isClosing(key: Key & { kind: 'key' }, toggle: string): boolean {
  return key.name === 'escape' || key.name === 'q' || key.name === toggle;
}

function onlyMoves(action: Action | undefined): Action | undefined {
  return action?.kind === 'move' || action?.kind === 'page' || action?.kind === 'jump'
    ? action
    : undefined;
}

function whileReading(action: Action | undefined): Action | undefined {
  const isOfRow = ['refresh', 'attach', 'end', 'freeze'].includes(action?.kind ?? '');
  return isOfRow ? action : undefined;
}

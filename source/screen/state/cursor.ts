/** The cursor, and the visible part of a long list. */
import { signals } from '../../core/model/signal-names.ts';
import { sortColumns } from '../../core/rows/describe.ts';
import type { Action } from './actions.ts';
import { keyOfItem } from './items.ts';
import { scrolled } from './log-mode.ts';
import { inMode, type State, visibleItems } from './state.ts';
import type { Tab } from './tabs.ts';

/** Scroll the open overlay, or move the selection. */
export function move(state: State, by: number): State {
  const { mode, overlayRows } = state;
  switch (mode.kind) {
    case 'help':
    case 'events':
    case 'dialog':
    case 'detail':
      return inMode(state, { ...mode, top: within(overlayRows - state.windowRows, mode.top + by) });
    case 'columns':
      return inMode(state, { ...mode, index: within(mode.entries.length - 1, mode.index + by) });
    case 'log':
      return inMode(state, scrolled(mode, by, state));
    case 'sort':
      return inMode(state, { ...mode, index: within(sortColumns.length - 1, mode.index + by) });
    case 'signals': {
      const index = within(signals.length - 1, mode.index + by);
      return inMode(state, { ...mode, index, typed: '' });
    }
    case 'palette':
      return inMode(state, { ...mode, index: within(overlayRows - 1, mode.index + by) });
    case 'table':
    case 'filter': {
      const items = visibleItems(state);
      const index = within(items.length - 1, state.cursor.index + by);
      return { ...state, cursor: { index, key: keyOfItem(items[index]) } };
    }
  }
}

/** Puts the cursor back on its row or heading after a change, inside the window; a free one on the first line. */
export function withCursor(state: State): State {
  const items = visibleItems(state);
  const { key, isFree, left } = state.cursor;
  if (isFree) return { ...state, cursor: { index: 0, key: keyOfItem(items[0]), isFree }, top: 0 };
  const found = key === undefined ? -1 : items.findIndex(item => keyOfItem(item) === key);
  const index = found >= 0 ? found : within(items.length - 1, state.cursor.index);
  const shown = Math.min(index, Math.max(state.top, index - state.windowRows + 1));
  const top = within(items.length - state.windowRows, shown);
  return { ...state, cursor: { index, key: keyOfItem(items[index]) ?? key, left }, top };
}

/** The cursor on the first line, free if it is. */
export function onFirst({ cursor: { isFree } }: State): Pick<State, 'cursor' | 'top'> {
  return { cursor: { index: 0, isFree }, top: 0 };
}

/** Another tab, with the cursor on its row where the tab has it, else on the first; back on a tab that has it, it is on
 * that row again. */
export function onTab(state: State, tab: Tab): State {
  const { isFree, key, left = key } = state.cursor;
  const next = { ...state, tab, top: 0 };
  if (isFree) return { ...next, cursor: { index: 0, isFree } };
  const isThere = visibleItems(next).some(item => keyOfItem(item) === left);
  return { ...next, cursor: { index: 0, key: left, left: isThere ? undefined : left } };
}

/** A free cursor stays free only through actions that are about the table as a whole: from the first key about a row
 * on, it stays on that row. */
export function pinned(state: State, { kind }: Action): State {
  const { index, key, isFree } = state.cursor;
  return isFree && !wholeTable.has(kind) ? { ...state, cursor: { index, key } } : state;
}

const wholeTable: ReadonlySet<Action['kind']> = new Set([
  ...(['filter', 'type', 'erase', 'erase all', 'accept', 'back'] as const),
  ...(['tab', 'next tab', 'tree', 'choose sort', 'sort', 'invert'] as const),
  ...(['choose columns', 'toggle column', 'move column'] as const),
  ...(['pause', 'pace', 'alert', 'refresh', 'redraw', 'suspend'] as const),
  ...(['help', 'events', 'palette'] as const),
]);

/** The nearest number from 0 to the highest, or 0 if that is lower. */
function within(highest: number, wanted: number): number {
  return Math.max(0, Math.min(highest, wanted));
}

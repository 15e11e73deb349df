/** The cursor, and the visible part of a long list. */
import { sortColumns } from '../../core/rows/describe.ts';
import { type State, visibleRows } from './state.ts';

/** Scroll the open overlay, or move the selection. */
export function move(state: State, by: number): State {
  const { mode, overlayRows } = state;
  switch (mode.kind) {
    case 'help':
    case 'events':
    case 'dialog':
    case 'detail': {
      const lowest = Math.max(0, overlayRows - state.windowRows);
      return { ...state, mode: { ...mode, top: Math.min(lowest, Math.max(0, mode.top + by)) } };
    }
    case 'sort': {
      const index = Math.min(sortColumns.length - 1, Math.max(0, mode.index + by));
      return { ...state, mode: { ...mode, index } };
    }
    case 'palette': {
      const index = Math.max(0, Math.min(overlayRows - 1, mode.index + by));
      return { ...state, mode: { ...mode, index } };
    }
    case 'table':
    case 'filter': {
      const rows = visibleRows(state);
      const index = Math.min(Math.max(0, rows.length - 1), Math.max(0, state.cursor.index + by));
      return { ...state, cursor: { index, key: rows[index]?.row.key } };
    }
  }
}

/** Puts the cursor back on its row after a change, inside the window. */
export function withCursor(state: State): State {
  const rows = visibleRows(state);
  const { key } = state.cursor;
  const found = key === undefined ? -1 : rows.findIndex(({ row }) => row.key === key);
  const index = found >= 0 ? found : Math.min(state.cursor.index, Math.max(0, rows.length - 1));
  const highest = Math.max(0, rows.length - state.windowRows);
  const top = Math.min(highest, Math.min(index, Math.max(state.top, index - state.windowRows + 1)));
  return { ...state, cursor: { index, key: rows[index]?.row.key ?? key }, top };
}

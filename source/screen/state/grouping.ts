/** Grouping by task, and folding. */
import type { Row } from '../../core/model/model.ts';
import { headingKeyOf } from '../../core/rows/task-groups.ts';
import { isHeading, keyOfItem } from './items.ts';
import { itemUnderCursor, rowUnderCursor, type State } from './state.ts';

/** Groups the rows by task, or shows them as one list. */
export function toggleGroups(state: State): State {
  const row = rowUnderCursor(state)?.row;
  const next = { ...state, grouped: !state.grouped };
  return row === undefined
    ? next
    : { ...next, cursor: { ...next.cursor, key: shownKey(next, row) } };
}

/** Folds or unfolds the task under the cursor; folding puts the cursor on its heading. */
export function fold(state: State, isFolded: boolean): State {
  const item = itemUnderCursor(state);
  if (!state.grouped || item === undefined) return state;
  const key = isHeading(item) ? item.group.key : headingKeyOf(item.row);
  const others = [...state.folded].filter(each => each !== key);
  return {
    ...state,
    folded: new Set(isFolded ? [...others, key] : others),
    cursor: { ...state.cursor, key: isFolded ? key : keyOfItem(item) },
  };
}

/** The row's key, or its heading's while that is folded. */
function shownKey({ grouped, folded }: State, row: Row): string {
  const heading = headingKeyOf(row);
  return grouped && folded.has(heading) ? heading : row.key;
}

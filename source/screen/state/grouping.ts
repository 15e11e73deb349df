/** Grouping by task, workspace or server, and folding. */
import type { Row } from '../../core/model/model.ts';
import { headingKeyOf, nextGrouping } from '../../core/rows/row-groups.ts';
import { isHeading, isHost, keyOfItem } from './items.ts';
import { itemUnderCursor, rowUnderCursor, type State } from './state.ts';

/** Groups the rows in the next way, or shows them as one list. */
export function toggleGroups(state: State): State {
  if (state.snapshot === undefined) return state;
  const row = rowUnderCursor(state)?.row;
  const next = { ...state, grouping: nextGrouping(state.snapshot, state.grouping) };
  return row === undefined
    ? next
    : { ...next, cursor: { ...next.cursor, key: shownKey(next, row) } };
}

/** Folds or unfolds the group under the cursor; folding puts the cursor on its heading. */
export function fold(state: State, isFolded: boolean): State {
  const item = itemUnderCursor(state);
  const { grouping } = state;
  if (grouping === undefined || item === undefined || isHost(item)) return state;
  const key = isHeading(item) ? item.group.key : headingKeyOf(item.row, grouping);
  const others = [...state.folded].filter(each => each !== key);
  return {
    ...state,
    folded: new Set(isFolded ? [...others, key] : others),
    cursor: { ...state.cursor, key: isFolded ? key : keyOfItem(item) },
  };
}

/** The row's key, or its heading's while that is folded. */
function shownKey({ grouping, folded }: State, row: Row): string {
  const heading = grouping && headingKeyOf(row, grouping);
  return heading !== undefined && folded.has(heading) ? heading : row.key;
}

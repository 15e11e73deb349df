import type { Row } from './model.ts';
import { rowUnderCursor, type State } from './state.ts';

/** What a verb acts on: the tagged rows, else the one under the cursor. */
export function chosenRows(state: State): readonly Row[] {
  const chosen = (state.snapshot?.rows ?? []).filter(row => state.tagged.has(row.key));
  if (chosen.length > 0) return chosen;
  const row = rowUnderCursor(state)?.row;
  return row === undefined ? [] : [row];
}

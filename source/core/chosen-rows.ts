import type { Row } from './model.ts';
import { rowUnderCursor, type State } from './state.ts';

/** What a verb acts on: the tagged rows, else the one under the cursor; never what has gone. */
export function chosenRows(state: State): readonly Row[] {
  const tagged = (state.snapshot?.rows ?? []).filter(row => state.tagged.has(row.key));
  const row = rowUnderCursor(state)?.row;
  const chosen = tagged.length > 0 || row === undefined ? tagged : [row];
  return chosen.filter(({ mark }) => mark !== 'gone');
}

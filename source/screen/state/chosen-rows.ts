import type { Row } from '../../core/model/model.ts';
import { rowUnderCursor, type State } from './state.ts';

/** The targets of a verb: the row whose detail is open, else the tagged rows, else the row under the cursor;
 * never gone rows. */
export function chosenRows(state: State): readonly Row[] {
  const { mode, snapshot, tagged: tags } = state;
  if (mode.kind === 'detail')
    return (snapshot?.rows ?? []).filter(({ key, mark }) => key === mode.key && mark !== 'gone');
  const tagged = (snapshot?.rows ?? []).filter(row => tags.has(row.key));
  const row = rowUnderCursor(state)?.row;
  const chosen = tagged.length > 0 || row === undefined ? tagged : [row];
  return chosen.filter(({ mark }) => mark !== 'gone');
}

/** The row whose detail is open, else the one under the cursor; never the tagged ones. */
export function openRow(state: State): Row | undefined {
  const { mode, snapshot } = state;
  return mode.kind === 'detail'
    ? snapshot?.rows.find(row => row.key === mode.key)
    : rowUnderCursor(state)?.row;
}

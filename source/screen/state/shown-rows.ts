/** The rows as the screen shows them: with terminations, new and gone marks, and growth. */
import { withCursor } from './cursor.ts';
import { withEndings } from './endings.ts';
import { withGrowth } from './growth.ts';
import { withKeptRows } from './kept-rows.ts';
import { withMarks } from './marks.ts';
import type { State } from './state.ts';

export function withShownRows(state: State): State {
  const { read, endings, marks, histories } = state;
  if (read === undefined) return withCursor(state);
  const grown = withGrowth(read.rows, histories, read);
  const kept = withKeptRows(withMarks(grown, marks), state.snapshot?.rows ?? [], endings);
  const rows = withEndings(kept, endings);
  return withCursor({ ...state, snapshot: { ...read, rows } });
}

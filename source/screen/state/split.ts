/** The split: beside the table, what an aspect shows of the row under the cursor. */
import { type Aspect, aspects } from '../../core/model/inspection.ts';
import { type Step, step } from './effects.ts';
import type { State } from './state.ts';

/** Fewer columns have no room for both. */
export const splitColumns = 140;

/** Shows the next aspect, and after the last one none. */
export function nextSplit(state: State): Step {
  const { columns = 0, split } = state;
  if (columns < splitColumns) {
    const text = `the split needs ${splitColumns} columns, this terminal has ${columns}`;
    return step(state, { kind: 'notice', text });
  }
  const next = split === undefined ? 0 : aspects.indexOf(split) + 1;
  return step({ ...state, split: aspects[next] });
}

/** The aspect beside the table. A terminal that becomes too narrow hides it. */
export function shownSplit({ split, mode, columns = 0 }: State): Aspect | undefined {
  const isTable = mode.kind === 'table' || mode.kind === 'filter';
  return isTable && columns >= splitColumns ? split : undefined;
}

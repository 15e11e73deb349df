/** The split: beside the table, what an aspect shows of the row under the cursor. */
import { type Aspect, aspects } from '../../core/model/inspection.ts';
import { type Step, step } from './effects.ts';
import { isOfRow } from './mode.ts';
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

/** The aspect beside the table, or beside the plan or menu that covers it. A terminal that becomes too narrow hides it. */
export function shownSplit(state: State): Aspect | undefined {
  const { split, columns = 0 } = state;
  return columns >= splitColumns && hasRoomBeside(state) ? split : undefined;
}

/** What explains one row, or every key, needs the whole width. So does what is not about the row under the cursor. */
function hasRoomBeside({ mode, cursor }: State): boolean {
  if (isOfRow(mode) || mode.kind === 'help') return false;
  if (mode.kind !== 'dialog') return true;
  const { dialog } = mode;
  const isOfTargets = dialog.kind === 'end' || dialog.kind === 'signal';
  return isOfTargets && dialog.plan.targets.some(({ key }) => key === cursor.key);
}

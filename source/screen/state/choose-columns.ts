/** Opens the menu of columns, and applies its changes. */
import { standardColumns, standardColumnsFor } from '../../core/rows/columns.ts';
import { type ColumnMenu, chosenColumns, columnMenuOf } from './column-menu.ts';
import { type Step, step } from './effects.ts';
import { inMode, type State } from './state.ts';

export function chooseColumns(state: State): State {
  const columns = state.view.columns ?? standardColumnsFor(state.snapshot);
  return inMode(state, { kind: 'columns', ...columnMenuOf(columns) });
}

/** Every change is shown and kept at once. */
export function inColumnMenu(state: State, change: (menu: ColumnMenu) => ColumnMenu): Step {
  if (state.mode.kind !== 'columns') return step(state);
  const menu = change(state.mode);
  if (menu === state.mode) return step(state, { kind: 'notice', text: 'agent is always shown' });
  const columns = chosenColumns(menu, standardColumnsFor(state.snapshot));
  const shown = { ...state, view: { ...state.view, columns } };
  const kept = { kind: 'keep columns', columns: columns ?? standardColumns } as const;
  return step(inMode(shown, { kind: 'columns', ...menu }), kept);
}

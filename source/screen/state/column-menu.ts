/** The menu of columns: which are shown, and in which order. */
import { type ColumnName, columnNames, standardColumns } from '../../core/rows/columns.ts';
import type { View } from '../../core/rows/describe.ts';

export type ColumnEntry = { readonly name: ColumnName; readonly isShown: boolean };
export type ColumnMenu = { readonly entries: readonly ColumnEntry[]; readonly index: number };

/** The columns of a view in their order, then those that are not shown. */
export function columnMenuOf({ columns = standardColumns }: View): ColumnMenu {
  const hidden = columnNames.filter(name => !columns.includes(name));
  const entry = (isShown: boolean) => (name: ColumnName) => ({ name, isShown });
  return { entries: [...columns.map(entry(true)), ...hidden.map(entry(false))], index: 0 };
}

/** Shows or hides the selected column; the agent is always shown. */
export function toggledColumn({ entries, index }: ColumnMenu): ColumnMenu {
  const changed = entries.map((each, at) =>
    at === index && each.name !== 'agent' ? { ...each, isShown: !each.isShown } : each,
  );
  return { entries: changed, index };
}

/** Moves the selected column, and the selection with it. */
export function movedColumn({ entries, index }: ColumnMenu, by: 1 | -1): ColumnMenu {
  const to = Math.max(0, Math.min(entries.length - 1, index + by));
  const others = entries.filter((_, at) => at !== index);
  return {
    entries: [...others.slice(0, to), ...entries.slice(index, index + 1), ...others.slice(to)],
    index: to,
  };
}

/** @returns the columns to show; undefined for the standard ones. */
export function chosenColumns({ entries }: ColumnMenu): readonly ColumnName[] | undefined {
  const shown = entries.filter(({ isShown }) => isShown).map(({ name }) => name);
  const isStandard =
    shown.length === standardColumns.length &&
    shown.every((name, at) => name === standardColumns[at]);
  return isStandard ? undefined : shown;
}

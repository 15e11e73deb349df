/** The menu of columns: which are shown, and in which order. */
import { type ColumnName, columnNames } from '../../core/rows/columns.ts';

export type ColumnEntry = { readonly name: ColumnName; readonly isShown: boolean };
export type ColumnMenu = { readonly entries: readonly ColumnEntry[]; readonly index: number };

/** @param columns those that are shown, in their order; the others follow. */
export function columnMenuOf(columns: readonly ColumnName[]): ColumnMenu {
  const hidden = columnNames.filter(name => !columns.includes(name));
  const entry = (isShown: boolean) => (name: ColumnName) => ({ name, isShown });
  return { entries: [...columns.map(entry(true)), ...hidden.map(entry(false))], index: 0 };
}

/** Shows or hides the selected column.
 * @returns the same menu for the agent, which is always shown. */
export function toggledColumn(menu: ColumnMenu): ColumnMenu {
  const { entries, index } = menu;
  if (entries[index]?.name === 'agent') return menu;
  const changed = entries.map((each, at) =>
    at === index ? { ...each, isShown: !each.isShown } : each,
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

/** @param standard what is shown where nothing is chosen.
 * @returns the columns to show; undefined for the standard ones. */
export function chosenColumns(
  { entries }: ColumnMenu,
  standard: readonly ColumnName[],
): readonly ColumnName[] | undefined {
  const shown = entries.filter(({ isShown }) => isShown).map(({ name }) => name);
  const isStandard =
    shown.length === standard.length && shown.every((name, at) => name === standard[at]);
  return isStandard ? undefined : shown;
}

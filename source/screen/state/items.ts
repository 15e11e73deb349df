/** The lines of the table: rows, and the headings of groups where rows are grouped. */
import type { Placed } from '../../core/rows/describe.ts';
import { type Grouping, groupsOf, type RowGroup } from '../../core/rows/row-groups.ts';

export type Heading = { readonly group: RowGroup; readonly isFolded: boolean };
export type Item = Placed | Heading;

export function isHeading(item: Item | undefined): item is Heading {
  return item !== undefined && 'group' in item;
}

/** The key of a row, or of a heading. */
export function keyOfItem(item: Item | undefined): string | undefined {
  return isHeading(item) ? item.group.key : item?.row.key;
}

/** @property folded keys of headings. */
type GroupedView = {
  readonly by: Grouping;
  readonly folded: ReadonlySet<string>;
  readonly isTree: boolean;
};

/** Headings with their rows; folded ones alone. The same arguments return the same array. */
export function groupedItems(
  rows: readonly Placed[],
  { by, folded, isTree }: GroupedView,
): readonly Item[] {
  if (last?.rows === rows && last.by === by && last.folded === folded && last.isTree === isTree)
    return last.items;
  const items = groupsOf(rows, by, isTree).flatMap((group): Item[] => {
    const isFolded = folded.has(group.key);
    return [{ group, isFolded }, ...(isFolded ? [] : group.rows)];
  });
  last = { rows, by, folded, isTree, items };
  return items;
}

let last:
  | (GroupedView & { readonly rows: readonly Placed[]; readonly items: readonly Item[] })
  | undefined;

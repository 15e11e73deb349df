/** The lines of the table: rows, the headings of groups where rows are grouped, or machines. */
import type { HostLine } from '../../core/model/host-line.ts';
import type { Placed } from '../../core/rows/describe.ts';
import { type Grouping, groupsOf, type RowGroup } from '../../core/rows/row-groups.ts';

export type Heading = { readonly group: RowGroup; readonly isFolded: boolean };
/** A machine of the fleet, on the tab of these. */
export type HostItem = { readonly host: HostLine };
export type Item = Placed | Heading | HostItem;

export function isHost(item: Item | undefined): item is HostItem {
  return item !== undefined && 'host' in item;
}

/** The row of an item that is one. */
export function placedOf(item: Item | undefined): Placed | undefined {
  return item !== undefined && 'row' in item ? item : undefined;
}

export function isHeading(item: Item | undefined): item is Heading {
  return item !== undefined && 'group' in item;
}

/** The key of a row, a heading or a machine. */
export function keyOfItem(item: Item | undefined): string | undefined {
  if (isHost(item)) return `machine ${item.host.name}`;
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

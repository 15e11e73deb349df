/** The lines of the table: rows, and the headings of tasks where rows are grouped. */
import type { Placed } from '../../core/rows/describe.ts';
import { groupsOf, type TaskGroup } from '../../core/rows/task-groups.ts';

export type Heading = { readonly group: TaskGroup; readonly isFolded: boolean };
export type Item = Placed | Heading;

export function isHeading(item: Item | undefined): item is Heading {
  return item !== undefined && 'group' in item;
}

/** The key of a row, or of a heading. */
export function keyOfItem(item: Item | undefined): string | undefined {
  return isHeading(item) ? item.group.key : item?.row.key;
}

/** Headings with their rows; folded ones alone. The same arguments return the same array.
 * @param folded keys of headings. */
export function groupedItems(
  rows: readonly Placed[],
  folded: ReadonlySet<string>,
  isTree: boolean,
): readonly Item[] {
  if (last?.rows === rows && last.folded === folded && last.isTree === isTree) return last.items;
  const items = groupsOf(rows, isTree).flatMap((group): Item[] => {
    const isFolded = folded.has(group.key);
    return [{ group, isFolded }, ...(isFolded ? [] : group.rows)];
  });
  last = { rows, folded, isTree, items };
  return items;
}

let last:
  | {
      rows: readonly Placed[];
      folded: ReadonlySet<string>;
      isTree: boolean;
      items: readonly Item[];
    }
  | undefined;

/** The menu of columns as lines: which are shown, and which have no room. */
import { columnWords } from '../core/rows/columns.ts';
import type { ColumnMenu } from '../screen/state/column-menu.ts';
import { type Line, spansIn } from '../text/line.ts';
import type { Charset } from '../text/printable.ts';
import { layOut } from '../text/table.ts';

/** @param width cells of the table's columns. */
export function columnLines(
  { entries, index }: ColumnMenu,
  width: number,
  charset: Charset,
): readonly Line[] {
  const say = spansIn(charset);
  const chosen = entries.filter(({ isShown }) => isShown).map(({ name }) => name);
  const fitting = new Set(layOut(width, chosen).map(({ name }) => name));
  return entries.map(({ name, isShown }, at) => {
    const isChosen = at === index;
    const mark = `${isChosen ? '  > ' : '    '}${isShown ? '[x]' : '[ ]'} ${name.padEnd(10)}`;
    const words =
      isShown && !fitting.has(name) ? `${columnWords[name]} (no room here)` : columnWords[name];
    return [say(mark, isChosen ? 'cursor' : 'plain'), say(`  ${words}`, 'dim')];
  });
}

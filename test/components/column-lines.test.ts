/** The menu of columns says which have no room. */
import { expect, it } from 'vitest';
import { columnLines } from '../../source/components/column-lines.ts';
import { standardColumns } from '../../source/core/rows/columns.ts';
import { columnMenuOf, toggledColumn } from '../../source/screen/state/column-menu.ts';

const menu = columnMenuOf(standardColumns);
const without = (width: number, shown = menu) =>
  columnLines(shown, width, 'unicode')
    .map(line => line.map(({ text }) => text).join(''))
    .filter(text => text.endsWith(' (no room here)'))
    .map(text => text.slice(8).replace(/ .*/, ''));

it('marks what is chosen and does not fit, and nothing else', () => {
  expect(without(300)).toEqual([]);
  expect(without(77)).toEqual(['project', 'idle', 'cpu-graph', 'mem-graph', 'task', 'command']);
  const hidden = { ...menu, index: menu.entries.findIndex(({ name }) => name === 'project') };
  expect(without(77, toggledColumn(hidden))).not.toContain('project');
});

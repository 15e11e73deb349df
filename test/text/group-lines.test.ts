/** Headings of tasks: the sums stand below their columns, the description where most room is. */
import { expect, it } from 'vitest';
import type { Row } from '../../source/core/model/model.ts';
import type { ColumnName } from '../../source/core/rows/columns.ts';
import { placedRows } from '../../source/core/rows/describe.ts';
import { groupsOf, type RowGroup } from '../../source/core/rows/row-groups.ts';
import { headingOfGroup } from '../../source/text/group-lines.ts';
import { cellsOf, type Line } from '../../source/text/line.ts';
import { headingLine, layOut } from '../../source/text/table.ts';
import { agentRow } from '../fixtures/snapshot.ts';

const rows: readonly Row[] = ['a-1', 'a-2'].map(id =>
  agentRow(id, 'working', { class: 'live', cpuPercent: 6.2, rssBytes: 300 * 2 ** 20 }),
);
const [group] = groupsOf(placedRows(rows, false), 'task', false) as [RowGroup];
const description = 'Audit the registry';
const tasks = [{ id: group.name ?? '', description }];
const textOf = (line: Line) => line.map(({ text }) => text).join('');
const shown = (width: number, isFolded = false) =>
  textOf(headingOfGroup({ group, isFolded, tasks }, layOut(width), width, 'unicode'));

it('the sums stand below CPU% and MEM, at every width that has them', () => {
  for (let width = 40; width <= 220; width++) {
    const titles = textOf(headingLine(layOut(width), 'unicode'));
    for (const [title, sum] of [
      ['CPU%', '12.4'],
      ['MEM', '600M'],
    ] as const)
      if (titles.includes(title)) {
        const end = titles.indexOf(title) + title.length;
        expect([width, shown(width).slice(end - 4, end)]).toEqual([width, sum]);
      }
  }
});

it('has the description, and is never wider than the line', () => {
  expect(shown(100)).toMatch(/^▼ 3bf85ff8 {2}2 agents .*Audit the registry$/);
  expect(shown(100, true)).toMatch(/^► 3bf85ff8/);
  for (let width = 1; width <= 120; width++) {
    const line = headingOfGroup({ group, isFolded: false, tasks }, layOut(width), width, 'unicode');
    expect(cellsOf(line)).toBeLessThanOrEqual(width);
  }
});

it('has its whole name where CPU% or MEM stands before the names, without their sums', () => {
  const heading = (...wanted: readonly ColumnName[]) =>
    textOf(headingOfGroup({ group, isFolded: false }, layOut(80, wanted), 80, 'unicode')).trimEnd();
  expect(heading('cpu', 'mem', 'agent')).toBe('▼ 3bf85ff8  2 agents');
  expect(heading('cpu', 'agent', 'mem')).toMatch(/^▼ 3bf85ff8 {2}2 agents +600M$/);
});

it('has no sums where nothing runs', () => {
  const ghosts = ['a-1', 'a-2'].map(id => agentRow(id, 'working', { class: 'ghost' }));
  const [none] = groupsOf(placedRows(ghosts, false), 'task', false) as [RowGroup];
  const line = headingOfGroup({ group: none, isFolded: false }, layOut(80), 80, 'unicode');
  expect(textOf(line).trimEnd()).toBe('▼ 3bf85ff8  2 agents');
});

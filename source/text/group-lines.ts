/** The heading of a group of rows, and what is beside it. */
import { groupBy } from '../core/model/group-by.ts';
import type { Task } from '../core/model/model.ts';
import { type RowGroup, shortTask } from '../core/rows/row-groups.ts';
import { cellsOf, clip, type Line, spansIn } from './line.ts';
import type { Charset } from './printable.ts';
import type { TableLayout } from './table.ts';
import { bytes, counted, percent } from './units.ts';

export type GroupHeading = {
  readonly group: RowGroup;
  readonly isFolded: boolean;
  readonly tasks?: readonly Task[];
};

/** `▼ 45548b6a  12 agents`, the sums below CPU% and MEM, and the description where more room is.
 * @param width of the line, which may be wider than the columns. */
export function headingOfGroup(
  { group, isFolded, tasks }: GroupHeading,
  layout: TableLayout,
  width: number,
  charset: Charset,
): Line {
  const say = spansIn(charset);
  const { rows, cpuPercent, rssBytes } = group;
  const isOfTask = group.by === 'task' && group.name !== undefined;
  const name: Line = [
    say(
      `${isFolded ? '►' : '▼'} ${isOfTask ? shortTask(nameOf(group)) : nameOf(group)}`,
      'heading',
    ),
    say(`  ${counted(rows.length, isOfTask ? 'agent' : 'row')}  `),
  ];
  const description = say(descriptionOf(group, tasks) ?? '', 'dim');
  const sums = new Map<string, string>([
    ['cpu', isRunning(group) ? percent(cpuPercent) : ''],
    ['mem', isRunning(group) ? `${bytes(rssBytes)} ` : ''],
  ]);
  const isSum = ({ name: column }: TableLayout[number]) => sums.has(column);
  // The name begins where names are: only sums to the right of them have a place below their columns.
  const names = layout.findIndex(({ name: column }) => column === 'agent');
  const first = layout.findIndex((column, index) => index > names && isSum(column));
  if (first < 0) return clip([...name, description], width, charset);
  const amounts = layout.slice(first, layout.findLastIndex(isSum) + 1);
  const begin = widthUpTo(layout.slice(0, first)) - 1;
  const amount = say(
    amounts
      .map(({ name: column, width: cells }) => ` ${(sums.get(column) ?? '').padStart(cells)}`)
      .join(''),
  );
  const after = width - begin - widthUpTo(amounts);
  const isBefore = begin - cellsOf(name) >= after;
  const text = clip(isBefore ? [...name, description] : name, begin, charset);
  const gap = say(' '.repeat(Math.max(0, begin - cellsOf(text))));
  const line = [...text, gap, amount, ...(isBefore ? [] : [say('  '), description])];
  return clip(line, width, charset);
}

/** With a space for each column. */
function widthUpTo(layout: TableLayout): number {
  return layout.reduce((cells, { width }) => cells + width + 1, 0);
}

/** Id, description, and how many rows of each class. */
export function groupLines(heading: GroupHeading, charset: Charset): Line[] {
  const say = spansIn(charset);
  const { group, tasks } = heading;
  const { rows, cpuPercent, rssBytes } = group;
  const description = descriptionOf(group, tasks);
  const classes = groupBy(rows, ({ row }) => row.class);
  return [
    [say(nameOf(group), 'heading')],
    ...(description === undefined ? [] : [[say(`  ${description}`)]]),
    ...(isRunning(group)
      ? [[say(`  ${percent(cpuPercent)}% CPU, ${bytes(rssBytes)}`, 'dim')]]
      : []),
    ...[...classes].map(([name, { length }]): Line => [say(`  ${length} ${name}`, name)]),
  ];
}

/** Ghosts alone have nothing to add up. */
function isRunning({ cpuPercent, rssBytes }: RowGroup): boolean {
  return cpuPercent > 0 || rssBytes > 0;
}

function nameOf({ by, name = `no ${by}` }: RowGroup): string {
  return name;
}

function descriptionOf({ by, name }: RowGroup, tasks: readonly Task[] = []): string | undefined {
  return by === 'task' ? tasks.find(({ id }) => id === name)?.description : undefined;
}

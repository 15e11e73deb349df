/** Cells → lines of a given width. The columns depend on the width alone: they do not come and go with the data. */
import { type ColumnName, standardColumns, withoutGraphs } from '../core/rows/columns.ts';
import { type Placed, type SortColumn, sortColumnOf } from '../core/rows/describe.ts';
import { type Column, cellOf, columnWith } from './cells.ts';
import { type Line, span } from './line.ts';
import {
  type Charset,
  type Cut,
  fitTo,
  join,
  type Printable,
  printable,
  slice,
  widthOf,
} from './printable.ts';

/** The columns that are shown, from left to right. */
export type TableLayout = readonly (Column & {
  readonly width: number;
  /** What stands where there can be nothing: a pipe's reader counts columns. */
  readonly blank: string;
})[];

/** These are shown before any other. Where there is no room for all, they give way in this order. */
const givesWay: readonly ColumnName[] = ['up', 'cpu', 'pid', 'mem', 'status', 'host', 'class'];
/** Cells of an agent's name: the fewest, the fewest beside a status with a countdown, the fewest beside a column that is
 * not among those above, and the most where another can grow. */
const name = { least: 16, short: 22, readable: 26, wide: 38 } as const;
/** `terminating 2/3 0.8s`. */
const wideStatus = 20;

/** The columns for a terminal.
 * @param width cells of the line. */
export function layOut(
  width: number,
  wanted: readonly ColumnName[] = standardColumns,
): TableLayout {
  let chosen = wanted.includes('agent') ? wanted : ['agent' as const, ...wanted];
  const isExtra = (each: ColumnName) => each !== 'agent' && !givesWay.includes(each);
  let status = columnWith('status').width;
  const roomBeside = (columns: readonly ColumnName[]) =>
    width -
    columns
      .filter(each => each !== 'agent')
      .reduce((sum, each) => sum + 1 + (each === 'status' ? status : columnWith(each).width), 0);
  const room = () => roomBeside(chosen);
  const spare = roomBeside(chosen.filter(each => !isExtra(each))) - name.short;
  if (chosen.includes('status') && spare >= wideStatus - status) status = wideStatus;
  for (let last = chosen.findLast(isExtra); last !== undefined && room() < name.readable; ) {
    chosen = chosen.filter(each => each !== last);
    last = chosen.findLast(isExtra);
  }
  for (const each of givesWay) {
    if (room() >= name.least) break;
    chosen = chosen.filter(other => other !== each);
  }
  // The name grows first, then the command.
  const free = Math.max(1, room());
  const agent = Math.min(free, name.wide);
  const widths = new Map<ColumnName, number>([
    ['agent', agent],
    ['status', status],
    ['command', columnWith('command').width + free - agent],
  ]);
  return chosen.map(each => ({
    ...columnWith(each),
    width: widths.get(each) ?? columnWith(each).width,
    blank: '',
  }));
}

/** The columns for a pipe or a file: each as wide as its widest cell, nothing is cut. */
export function layOutWhole(
  placed: readonly Placed[],
  now: number,
  charset: Charset,
  wanted: readonly ColumnName[] = standardColumns,
): TableLayout {
  return withoutGraphs(wanted).map(each => {
    const column = columnWith(each);
    const width = placed.reduce(
      (widest, one) => Math.max(widest, widthOf(cellOf(column, one, now, charset) ?? '')),
      column.title.length,
    );
    return { ...column, width, blank: '–' };
  });
}

/** @param sort the column by which the rows are sorted: it is marked. */
export function headingLine(layout: TableLayout, charset: Charset, sort?: SortColumn): Line {
  return layout.flatMap((column, index) => {
    const title = fitted(column, index, printable(column.title, charset), charset);
    if (column.name !== sort) return [span(title, 'heading')];
    const start = gap(index).length;
    return [span(slice(title, 0, start)), span(slice(title, start), 'title')];
  });
}

export function rowLine(layout: TableLayout, placed: Placed, now: number, charset: Charset): Line {
  return layout.map((column, index) => {
    const cell =
      cellOf(column, placed, now, charset, column.width) ?? printable(column.blank, charset);
    const cut = typeof column.cut === 'function' ? column.cut(placed.row) : column.cut;
    return span(fitted(column, index, cell, charset, cut), column.tone(placed.row));
  });
}

/** @param x cell of the line, from 0. @returns the sort column there. */
export function columnAt(layout: TableLayout, x: number): SortColumn | undefined {
  let end = 0;
  for (const [index, { width, name: column }] of layout.entries()) {
    end += width + gap(index).length;
    if (x < end) return x < 0 ? undefined : sortColumnOf(column);
  }
  return undefined;
}

/** The space before a column. */
function gap(index: number): Printable {
  return printable(index === 0 ? '' : ' ');
}

function fitted(
  { width, align }: TableLayout[number],
  index: number,
  cell: Printable,
  charset: Charset,
  cut: Cut = 'end',
): Printable {
  return join(gap(index), fitTo(cell, width, { align, cut }, charset));
}

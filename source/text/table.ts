/** Cells → lines of a given width. Columns are dropped before the agent's name becomes unreadable. */
import { type Placed, projectOf, type SortColumn, sortColumnOf } from '../core/rows/describe.ts';
import { type Column, columns } from './cells.ts';
import { type Line, type Span, span } from './line.ts';
import { type Charset, fitTo, type Printable, printable, text, widthOf } from './printable.ts';

export type TableLayout = {
  readonly columns: readonly Column[];
  readonly widths: readonly number[];
};

/** Columns to drop, in order, when space is short. An empty ESCALATION column is dropped first. */
const givesWay: readonly Column['title'][] = [
  'TASK',
  'IDLE',
  'PROJECT',
  'UP',
  'STATUS',
  'GROWTH',
  'ESCALATION',
  'CPU%',
  'PID',
  'MEM',
];
/** Below this many cells an agent's name cannot be told from its siblings'. */
const readableName = 22;

/** Chooses columns and widths for these rows.
 * @param width cells of the terminal; without one, every column is as wide as its widest cell. */
export function layOut(
  placed: readonly Placed[],
  now: number,
  charset: Charset,
  width?: number,
): TableLayout {
  // Fast growth is rare, and most records have no working directory: these columns exist only then.
  const rows = placed.map(({ row }) => row);
  const absent: readonly Column['title'][] = [
    ...(rows.some(({ growth }) => growth !== undefined) ? [] : (['GROWTH'] as const)),
    ...(rows.some(row => projectOf(row) !== undefined) ? [] : (['PROJECT'] as const)),
  ];
  const offered = columns.filter(column => !absent.includes(column.title));
  const natural = (column: Column) =>
    placed.reduce(
      (widest, each) => Math.max(widest, widthOf(column.cell(each, now, charset))),
      column.title.length,
    );
  if (width === undefined) return { columns: offered, widths: offered.map(natural) };
  // Cells are measured once, and only if their width may vary: there may be thousands.
  const measured = new Map(
    offered.map(column => [column, column.narrow === column.wide ? column.wide : natural(column)]),
  );
  const widthFor = (column: Column) => measured.get(column) ?? column.wide;
  const basic = (column: Column) =>
    Math.max(column.narrow, Math.min(column.wide, widthFor(column)));
  const nameColumn = offered.find(({ title }) => title === 'AGENT');
  const naturalName = nameColumn === undefined ? 0 : widthFor(nameColumn);
  const name = Math.min(readableName, naturalName);
  const need = (list: readonly Column[]) =>
    list.reduce((sum, each) => sum + 1 + (each.title === 'AGENT' ? name : basic(each)), -1);
  let chosen: readonly Column[] = offered;
  const hasEscalation = placed.some(each => each.row.escalation !== undefined);
  const order: typeof givesWay = hasEscalation ? givesWay : ['ESCALATION', ...givesWay];
  for (const title of order) {
    if (need(chosen) <= width) break;
    chosen = chosen.filter(column => column.title !== title);
  }
  const others = chosen.reduce(
    (sum, each) => sum + (each.title === 'AGENT' ? 0 : basic(each) + 1),
    0,
  );
  const agent = Math.max(1, Math.min(naturalName, width - others));
  return {
    columns: chosen,
    widths: chosen.map(column => (column.title === 'AGENT' ? agent : basic(column))),
  };
}

export function headingLine(layout: TableLayout, charset: Charset): Line {
  return layout.columns.map((column, index) =>
    span(placedCell(layout, index, printable(column.title), charset), 'heading'),
  );
}

export function rowLine(layout: TableLayout, placed: Placed, now: number, charset: Charset): Line {
  return layout.columns.map((column, index): Span => {
    const cell = column.cell(placed, now, charset);
    return span(placedCell(layout, index, cell, charset), column.tone(placed.row));
  });
}

/** @param x cell of the line, from 0. @returns the sort column there. */
export function columnAt({ columns, widths }: TableLayout, x: number): SortColumn | undefined {
  let end = 0;
  for (const [index, column] of columns.entries()) {
    end += (widths[index] ?? 0) + separatorWidth(index);
    if (x < end) return x < 0 ? undefined : sortColumnOf(column.title);
  }
  return undefined;
}

function separatorWidth(index: number): number {
  return index === 0 ? 0 : 1;
}

/** One cell in its column: fitted, with a space before it. */
function placedCell(
  layout: TableLayout,
  index: number,
  cell: Printable,
  charset: Charset,
): Printable {
  const column = layout.columns[index] as Column;
  const fitted = fitTo(cell, layout.widths[index] ?? 0, column.align, charset);
  return text`${printable(' '.repeat(separatorWidth(index)))}${fitted}`;
}

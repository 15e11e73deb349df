/** Cells → lines of a given width. Columns are dropped before the agent's name becomes unreadable. */
import { type Placed, type SortColumn, sortColumnOf } from '../core/rows/describe.ts';
import { type Column, cellOf, columns, type Title } from './cells.ts';
import { type Line, span } from './line.ts';
import { type Charset, fitTo, join, type Printable, printable, widthOf } from './printable.ts';

/** The columns that are shown, from left to right. */
export type TableLayout = readonly (Column & { readonly width: number })[];

/** Columns to drop, in order, when space is short. An empty ESCALATION column is dropped first. */
const givesWay: readonly Title[] = [
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
  // Fast growth is rare, and records may have no directory: these columns exist only then.
  const rows = placed.map(({ row }) => row);
  const isOffered = ({ title }: Column) =>
    (title !== 'GROWTH' || rows.some(({ growth }) => growth !== undefined)) &&
    (title !== 'PROJECT' || rows.some(({ cwd }) => cwd !== undefined));
  const offered = columns.filter(isOffered);
  const natural = (column: Column) =>
    placed.reduce(
      (widest, each) => Math.max(widest, widthOf(cellOf(column, each, now, charset))),
      column.title.length,
    );
  if (width === undefined) return offered.map(column => ({ ...column, width: natural(column) }));
  // Cells are measured once, and only if their width may vary: there may be thousands.
  const measured = offered.map(column => {
    const { title, narrow, wide } = column;
    const widest = narrow === wide ? wide : natural(column);
    const isName = title === 'AGENT';
    return { ...column, width: isName ? widest : Math.max(narrow, Math.min(wide, widest)) };
  });
  const name = measured.find(({ title }) => title === 'AGENT')?.width ?? 0;
  let chosen: TableLayout = measured;
  const besidesName = () =>
    chosen.reduce((sum, each) => sum + (each.title === 'AGENT' ? 0 : each.width + 1), 0);
  const hasEscalation = placed.some(each => each.row.escalation !== undefined);
  const order: typeof givesWay = hasEscalation ? givesWay : ['ESCALATION', ...givesWay];
  for (const title of order) {
    if (besidesName() + Math.min(readableName, name) <= width) break;
    chosen = chosen.filter(column => column.title !== title);
  }
  const nameWidth = Math.max(1, Math.min(name, width - besidesName()));
  return chosen.map(each => (each.title === 'AGENT' ? { ...each, width: nameWidth } : each));
}

export function headingLine(layout: TableLayout, charset: Charset): Line {
  return layout.map((column, index) =>
    span(fitted(column, index, printable(column.title), charset), 'heading'),
  );
}

export function rowLine(layout: TableLayout, placed: Placed, now: number, charset: Charset): Line {
  return layout.map((column, index) => {
    const cell = cellOf(column, placed, now, charset);
    return span(fitted(column, index, cell, charset), column.tone(placed.row));
  });
}

/** @param x cell of the line, from 0. @returns the sort column there. */
export function columnAt(layout: TableLayout, x: number): SortColumn | undefined {
  let end = 0;
  for (const [index, { width, title }] of layout.entries()) {
    end += width + gap(index).length;
    if (x < end) return x < 0 ? undefined : sortColumnOf(title);
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
): Printable {
  return join(gap(index), fitTo(cell, width, align, charset));
}

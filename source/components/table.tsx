/** The table: a window over the rows; the cursor's row is marked by more than colour. */
import { Box } from 'ink';
import { memo, useMemo } from 'react';
import type { Row } from '../core/model/model.ts';
import type { Placed, SortColumn } from '../core/rows/describe.ts';
import { type Line, span } from '../text/line.ts';
import { printable, text } from '../text/printable.ts';
import { columnAt, headingLine, layOut, rowLine, type TableLayout } from '../text/table.ts';
import { Lines } from './lines.tsx';
import { type Paint, TextLine } from './text-line.tsx';

export type TableProps = {
  readonly rows: readonly Placed[];
  /** Key of the row under the cursor. */
  readonly cursor?: string;
  readonly tagged: ReadonlySet<string>;
  readonly top: number;
  readonly height: number;
  readonly hasHeading: boolean;
  readonly width: number;
  readonly now: number;
  readonly paint: Paint;
  /** Shown if there are no rows. */
  readonly placeholder: readonly string[];
};

/** Columns, headings and their positions, also for clicks. Computed over all rows, not only the visible ones:
 * columns must not shift while scrolling. */
function tableLayout({ rows, now, paint, width }: TableProps): TableLayout {
  return layOut(rows, now, paint.charset, Math.max(1, width - gutter));
}

/** @param x cell of the screen, from 0. @returns the column there. */
export function columnUnder(props: TableProps, x: number): SortColumn | undefined {
  return columnAt(tableLayout(props), x - gutter);
}

/** Left margin: a cell each for the tag, the cursor, and the new/gone mark. */
const gutter = 3;

export function Table(props: TableProps) {
  const { rows, cursor, tagged, top, height, hasHeading, width, now, paint, placeholder } = props;
  const shown = rows.slice(top, top + height);
  // Computed once a poll: it measures every cell of every row.
  // biome-ignore lint/correctness/useExhaustiveDependencies: all inputs of the layout
  const layout = useMemo(() => tableLayout(props), [rows, now, width, paint]);
  return (
    <Box flexDirection="column">
      {hasHeading && (
        <TextLine
          line={
            rows.length > 0 ? marked(headingLine(layout, paint.charset), ' '.repeat(gutter)) : []
          }
          width={width}
          paint={paint}
        />
      )}
      {shown.map(placed => (
        <TableRow
          key={placed.row.key}
          placed={placed}
          mark={markOf(placed.row, cursor, tagged)}
          layout={layout}
          now={now}
          width={width}
          paint={paint}
          isCursor={placed.row.key === cursor}
        />
      ))}
      {shown.length === 0 && (
        <Lines
          lines={placeholder
            .slice(0, height)
            .map(said => [span(printable(`${' '.repeat(gutter)}${said}`, paint.charset), 'dim')])}
          width={width}
          paint={paint}
        />
      )}
    </Box>
  );
}

/** Marks for tagged, under the cursor, and just appeared or gone. */
function markOf(
  { key, mark }: Row,
  cursor: string | undefined,
  tagged: ReadonlySet<string>,
): string {
  const change = mark === undefined ? ' ' : changeSigns[mark];
  return `${tagged.has(key) ? '*' : ' '}${key === cursor ? '>' : ' '}${change}`;
}

const changeSigns = { new: '+', gone: '-' } as const;

function marked(line: Line, mark: string): Line {
  return [span(text`${printable(mark)}`), ...line];
}

type TableRowProps = {
  readonly placed: Placed;
  readonly mark: string;
  readonly layout: TableLayout;
  readonly now: number;
  readonly width: number;
  readonly paint: Paint;
  readonly isCursor: boolean;
};

/** Between two polls a key changes a row or two: the others are not even formatted again. */
const TableRow = memo(({ placed, mark, layout, now, ...shown }: TableRowProps) => (
  <SteadyLine line={marked(rowLine(layout, placed, now, shown.paint.charset), mark)} {...shown} />
));

/** Most rows are the same from poll to poll: they are not rendered again. */
const SteadyLine = memo(
  TextLine,
  (before, after) =>
    before.width === after.width &&
    before.isCursor === after.isCursor &&
    before.paint === after.paint &&
    before.line.length === after.line.length &&
    before.line.every((piece, index) => {
      const other = after.line[index];
      return piece.text === other?.text && piece.tone === other.tone;
    }),
);

/** The whole screen of one state. Pure: the same state and size draw the same frame. */
import { Box } from 'ink';
import { sortColumns } from '../core/describe.ts';
import { type State, visibleRows } from '../core/state.ts';
import { dialogLines } from '../text/dialog-lines.ts';
import { type Line, span } from '../text/line.ts';
import { type Charset, printable, text, wrap } from '../text/printable.ts';
import { whyLines } from '../text/why-lines.ts';
import { Footer, type FooterKey } from './footer.tsx';
import { frameFor, type Size } from './frame.ts';
import { Header } from './header.tsx';
import { Lines } from './lines.tsx';
import { Table } from './table.tsx';
import type { Paint } from './text-line.tsx';

/** One line of the help, as the key table gives it. */
export type HelpEntry = {
  readonly shown: string;
  readonly does: string;
  /** Not to be had with --read-only. */
  readonly changes?: boolean;
};

export type ScreenProps = {
  readonly state: State;
  readonly size: Size;
  readonly paint: Paint;
  readonly footerKeys: readonly FooterKey[];
  readonly help: readonly HelpEntry[];
};

export function Screen({ state, size, paint, footerKeys, help }: ScreenProps) {
  const frame = frameFor(state, size);
  const width = Math.max(1, size.columns);
  const rows = visibleRows(state);
  const overlay = overlayLines(state, size, paint.charset, help);
  const { mode } = state;
  const top = 'top' in mode ? mode.top : 0;
  return (
    <Box flexDirection="column" width={width} flexShrink={0}>
      <Header state={state} frame={frame} width={width} paint={paint} />
      <Box height={frame.body + Number(frame.hasHeading)} flexDirection="column" overflow="hidden">
        {overlay === undefined ? (
          <Table
            rows={rows}
            cursor={state.cursor.key}
            tagged={state.tagged}
            top={state.top}
            height={frame.body}
            hasHeading={frame.hasHeading}
            width={width}
            now={Math.max(state.snapshot?.takenAt ?? 0, state.now ?? 0)}
            paint={paint}
            placeholder={placeholderFor(state)}
          />
        ) : (
          <Lines lines={overlay.slice(top, top + frame.body)} width={width} paint={paint} />
        )}
      </Box>
      {frame.hasFooter && (
        <Footer
          state={state}
          keys={footerKeys}
          position={{ index: state.cursor.index, count: rows.length }}
          width={width}
          paint={paint}
        />
      )}
    </Box>
  );
}

/** What lies over the table: help, detail or the sort menu, as lines; nothing in the other modes. */
export function overlayLines(
  state: State,
  size: Size,
  charset: Charset,
  help: readonly HelpEntry[],
): readonly Line[] | undefined {
  const { mode } = state;
  switch (mode.kind) {
    case 'table':
    case 'filter':
      return undefined;
    case 'events':
      if (state.log.length === 0) return [[span(text`  no ending yet; x ends a row`, 'dim')]];
      return [...state.log].reverse().map(said => [span(printable(said, charset))]);
    case 'help':
      return help.map(({ shown, does, changes }) => [
        span(text`  ${printable(shown.padEnd(14), charset)}`, 'key'),
        span(printable(does, charset), changes === true && state.readOnly ? 'dim' : 'plain'),
      ]);
    case 'dialog':
      return dialogLines(mode.dialog, charset).flatMap(line => wrapped(line, size.columns));
    case 'sort':
      return sortColumns.map((column, index) => [
        span(
          text`  ${printable(index === mode.index ? '>' : ' ')} ${printable(column)}`,
          index === mode.index ? 'cursor' : 'plain',
        ),
      ]);
    case 'detail': {
      const row = state.snapshot?.rows.find(each => each.key === mode.key);
      const now = state.snapshot?.takenAt ?? 0;
      if (row === undefined) return [[span(text`  this row is gone`, 'dim')]];
      return whyLines(row, now, charset).flatMap(line => wrapped(line, size.columns));
    }
  }
}

/** Long sentences go on in the next line. */
function wrapped(line: Line, width: number): readonly Line[] {
  const [piece, ...more] = line;
  if (piece === undefined || more.length > 0) return [line];
  return wrap(piece.text, Math.max(10, width)).map(each => [span(each, piece.tone)]);
}

function placeholderFor({ snapshot, view, tab }: State): string {
  if (snapshot === undefined) return 'looking at the machine';
  if (view.filter !== '') return 'no row contains the filter; Esc clears it';
  if (tab !== 'All' || view.classes !== undefined) return 'no such rows';
  return 'no agents, no sessions, no orphans';
}

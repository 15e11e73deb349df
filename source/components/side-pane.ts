/** The pane beside the table: details, log or pane of the row under the cursor. */
import { type Aspect, type Inspection, outputOf } from '../core/model/inspection.ts';
import type { Row, Snapshot } from '../core/model/model.ts';
import { nameOf } from '../core/rows/describe.ts';
import { farHostOf } from '../core/rows/far-rows.ts';
import { shownSplit } from '../screen/state/split.ts';
import { headingUnderCursor, rowUnderCursor, type State } from '../screen/state/state.ts';
import { detailLines } from '../text/detail-lines.ts';
import { groupLines } from '../text/group-lines.ts';
import { type Line, span, spansIn, wrapLine } from '../text/line.ts';
import type { Charset } from '../text/printable.ts';
import { foldedOutput, noteOn } from './log-view.ts';

export type SidePane = { readonly width: number; readonly lines: readonly Line[] };

/** Share of the terminal's width: the table needs more. */
const share = 0.43;
const border = '│ ';

/** @param rows its height, with the heading. @returns undefined while there is no split. */
export function sidePane(state: State, rows: number, charset: Charset): SidePane | undefined {
  const aspect = shownSplit(state);
  const { snapshot, inspection, columns = 0 } = state;
  if (aspect === undefined || snapshot === undefined) return undefined;
  const say = spansIn(charset);
  const width = Math.floor(columns * share);
  const row = rowUnderCursor(state)?.row;
  const heading = headingUnderCursor(state);
  const isOfRow = inspection?.key === row?.key && inspection?.aspect === aspect;
  const content = row && {
    ...{ row, aspect, snapshot, charset },
    inspection: isOfRow ? inspection : undefined,
    width: width - border.length,
    rows: rows - 1,
  };
  const group = heading && groupLines({ ...heading, tasks: snapshot.tasks }, charset);
  const ofGroup = group?.flatMap(line => wrapLine(line, width - border.length)) ?? [];
  const shown = content === undefined ? [[say('Task', 'heading')], ...ofGroup] : linesOf(content);
  const lines = Array.from({ length: rows }, (_, index): Line => {
    return [say(border, 'dim'), ...(shown[index] ?? [])];
  });
  return { width, lines };
}

type Content = {
  readonly row: Row;
  readonly aspect: Aspect;
  /** Of this row and aspect, once it is read. */
  readonly inspection?: Inspection;
  readonly snapshot: Snapshot;
  readonly width: number;
  readonly rows: number;
  readonly charset: Charset;
};

/** Made once for each content: every key press lays the screen out. */
function linesOf(content: Content): readonly Line[] {
  const isSame = (name: keyof Content) => last?.content[name] === content[name];
  const names = Object.keys(content) as (keyof Content)[];
  if (last === undefined || !names.every(isSame))
    last = { content, lines: content.aspect === 'detail' ? detail(content) : output(content) };
  return last.lines;
}

let last: { content: Content; lines: readonly Line[] } | undefined;

/** The beginning of the details, and how much there is below. */
function detail({ row, inspection, snapshot, width, rows, charset }: Content): readonly Line[] {
  const say = spansIn(charset);
  // Only the row on which the cursor rests is drawn in full: moving it stays cheap.
  if (inspection === undefined && farHostOf(row) === undefined)
    return [[say('Details', 'heading'), say(`  ${nameOf(row)}`, 'dim')], [say('  reading', 'dim')]];
  const lines = detailLines(row, inspection, snapshot, charset).flatMap(line =>
    wrapLine(line, width),
  );
  const heading = [say('Details', 'heading')];
  if (lines.length <= rows) return [heading, ...lines];
  const shown = Math.max(0, rows - 1);
  const more = [say(`  ${lines.length - shown} more lines (Enter shows all)`, 'dim')];
  return [heading, ...lines.slice(0, shown), more];
}

/** The last lines of the log or the pane. */
function output({ row, aspect, inspection, width, rows, charset }: Content): readonly Line[] {
  const say = spansIn(charset);
  const read = inspection && outputOf(inspection);
  const isPane = aspect === 'screen' || read?.source === 'screen';
  const title = isPane ? (aspect === 'log' ? 'Pane (no log)' : 'Pane') : 'Log';
  const heading = [say(title, 'heading'), say(`  ${nameOf(row)}`, 'dim')];
  const note = noteOn(inspection, read);
  if (note !== undefined || read === undefined || !read.lines.ok)
    return [heading, [say(`  ${note ?? ''}`, read?.lines.ok === false ? 'problem' : 'dim')]];
  const folded = foldedOutput(read.source, read.lines.value, width, charset);
  return [heading, ...folded.rows.slice(-rows).map(text => [span(text)])];
}

/** The log view: its heading, its rows, and the matches of its search. */
import { type Inspection, type Output, outputOf } from '../core/model/inspection.ts';
import { type LogMode, logShown, topOf } from '../screen/state/log-mode.ts';
import type { State } from '../screen/state/state.ts';
import { type Line, type Say, spansIn } from '../text/line.ts';
import { createLogFolder, type Found, findIn, type LogRows, logLine } from '../text/log-rows.ts';
import type { Charset } from '../text/printable.ts';
import { counted } from '../text/units.ts';

export type LogView = {
  readonly heading: Line;
  /** Number of rows. */
  readonly length: number;
  readonly found: Found;
  /** The rows of a window. */
  window(top: number, rows: number): readonly Line[];
};

/** @param mode open. */
export function logView(
  mode: LogMode,
  { inspection, snapshot }: State,
  width: number,
  charset: Charset,
): LogView {
  const say = spansIn(charset);
  const shown = logShown(mode, inspection);
  const output = shown && outputOf(shown);
  const isGone = snapshot?.rows.every(({ key, mark }) => key !== mode.key || mark === 'gone');
  const note = noteOn(shown, output);
  const folded =
    output?.lines.ok && note === undefined
      ? foldedOutput(output.source, output.lines.value, width, charset)
      : nothing;
  const found = findLast(folded, mode.search?.text ?? '', charset);
  const heading = [
    say(output?.source === 'screen' ? 'Pane (no log)' : 'Log', 'heading'),
    say(`  ${mode.name}  `),
    mode.held === undefined ? say('following', 'dim') : say('stopped (G follows)', 'key'),
    ...(isGone ? [say('  the row is gone', 'problem')] : []),
    ...searchSpans(mode, found, say),
  ];
  const lineAt = (row: number) => {
    const text = folded.rows[row];
    if (text === undefined) return [];
    return logLine(text, found.ranges.get(row) ?? [], row === mode.search?.at);
  };
  return {
    heading,
    length: note === undefined ? folded.rows.length : 1,
    found,
    window: (top, rows) =>
      note === undefined
        ? folded.rows.slice(top, top + rows).map((_, index) => lineAt(top + index))
        : [[say(`  ${note}`, output?.lines.ok === false ? 'problem' : 'dim')]],
  };
}

/** First row of the window. */
export function logTop(mode: LogMode, rows: number, windowRows: number): number {
  return topOf(mode, { windowRows, overlayRows: rows });
}

/** Why there are no lines. */
export function noteOn(
  shown: Inspection | undefined,
  output: Output | undefined,
): string | undefined {
  if (shown === undefined) return 'reading';
  if (output === undefined) return shown.aspect === 'log' ? 'no log, and no pane' : 'no pane';
  if (!output.lines.ok) return output.lines.reason;
  return output.lines.value.length === 0 ? 'nothing yet' : undefined;
}

function searchSpans({ search }: LogMode, { rows }: Found, say: Say) {
  if (search === undefined || search.text === '') return [];
  const place = search.at === undefined ? -1 : rows.indexOf(search.at);
  const count =
    place < 0 ? counted(rows.length, 'match', 'matches') : `match ${place + 1} of ${rows.length}`;
  return [say(`  "${search.text}": ${count}`, rows.length === 0 ? 'problem' : 'key')];
}

const nothing: LogRows = { rows: [], starts: [] };

/** Folded once for each content: every key press lays the screen out. */
export function foldedOutput(
  source: Output['source'],
  lines: readonly string[],
  width: number,
  charset: Charset,
): LogRows {
  const isSame = last?.source === source && last.width === width && last.charset === charset;
  if (isSame && last?.lines === lines) return last.folded;
  const folder = isSame && last ? last.folder : createLogFolder(source === 'log', width, charset);
  last = { source, lines, width, charset, folder, folded: folder(lines) };
  return last.folded;
}

let last:
  | {
      source: Output['source'];
      lines: readonly string[];
      width: number;
      charset: Charset;
      folder: ReturnType<typeof createLogFolder>;
      folded: LogRows;
    }
  | undefined;

/** The same rows and text return the same matches. */
function findLast(folded: LogRows, text: string, charset: Charset): Found {
  if (lastSearch?.folded !== folded || lastSearch.text !== text)
    lastSearch = { folded, text, found: findIn(folded, text, charset) };
  return lastSearch.found;
}

let lastSearch: { folded: LogRows; text: string; found: Found } | undefined;

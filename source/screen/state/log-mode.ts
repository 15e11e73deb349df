/** The log view: it follows the end until it is scrolled or searched, then shows what it showed. */
import type { Inspection } from '../../core/model/inspection.ts';

export type LogMode = {
  readonly kind: 'log';
  readonly key: string;
  /** Of the row, which may go. */
  readonly name: string;
  /** First line of the window, unless it follows. */
  readonly top: number;
  /** What is shown while it does not follow the end. */
  readonly held?: Inspection;
  readonly search?: Search;
};

export type Search = {
  readonly text: string;
  readonly isTyped: boolean;
  /** Line of the current match. */
  readonly at?: number;
};

/** What the view has measured, and the newest inspection. */
type Shown = {
  readonly windowRows: number;
  readonly overlayRows: number;
  readonly matches?: readonly number[];
  readonly inspection?: Inspection;
};

/** What the log view shows: held still, or the newest. */
export function logShown(
  mode: LogMode,
  inspection: Inspection | undefined,
): Inspection | undefined {
  if (mode.held !== undefined) return mode.held;
  const isOfRow = inspection?.key === mode.key && inspection.aspect === 'log';
  return isOfRow ? inspection : undefined;
}

/** Scrolls; the last line is followed again. */
export function scrolled(mode: LogMode, by: number, shown: Shown): LogMode {
  const last = lastTop(shown);
  const top = Math.max(0, Math.min(last, topOf(mode, shown) + by));
  return top === last ? { ...mode, top, held: undefined } : heldAt(mode, top, shown);
}

/** First line of the window. */
export function topOf(mode: LogMode, shown: Pick<Shown, 'windowRows' | 'overlayRows'>): number {
  return mode.held === undefined ? lastTop(shown) : mode.top;
}

function lastTop({ overlayRows, windowRows }: Pick<Shown, 'windowRows' | 'overlayRows'>): number {
  return Math.max(0, overlayRows - windowRows);
}

function heldAt(mode: LogMode, top: number, { inspection }: Shown): LogMode {
  return { ...mode, top, held: logShown(mode, inspection) };
}

/** Starts typing, with what was searched before. */
export function searching(mode: LogMode): LogMode {
  return { ...mode, search: { text: mode.search?.text ?? '', isTyped: true } };
}

/** Longest text that can be searched. */
const longestSearch = 200;

/** @param change maps the typed text to the new one. */
export function withSearch(mode: LogMode, change: (text: string) => string): LogMode {
  const { search } = mode;
  if (search?.isTyped !== true) return mode;
  return { ...mode, search: { ...search, text: change(search.text).slice(0, longestSearch) } };
}

/** Ends the typing. @returns at the first match from the window on; while following, at the last one. */
export function searched(mode: LogMode, shown: Shown): LogMode {
  const { search, held } = mode;
  if (search === undefined || search.text === '') return { ...mode, search: undefined };
  const { matches = [] } = shown;
  const top = topOf(mode, shown);
  const at =
    held === undefined ? matches.at(-1) : (matches.find(row => row >= top) ?? matches.at(0));
  return atMatch({ ...mode, search: { ...search, isTyped: false } }, at, shown);
}

/** The next or previous match; after the last one comes the first. */
export function nextMatch(mode: LogMode, by: 1 | -1, shown: Shown): LogMode {
  const { search } = mode;
  if (search === undefined) return mode;
  const { matches = [] } = shown;
  const from = search.at ?? topOf(mode, shown) - by;
  const at =
    by > 0
      ? (matches.find(row => row > from) ?? matches.at(0))
      : (matches.findLast(row => row < from) ?? matches.at(-1));
  return atMatch(mode, at, shown);
}

/** In the middle of the window, unless it is visible. */
function atMatch(mode: LogMode, at: number | undefined, shown: Shown): LogMode {
  const { search } = mode;
  if (at === undefined || search === undefined) return mode;
  const top = topOf(mode, shown);
  const isVisible = at >= top && at < top + shown.windowRows;
  const wanted = isVisible ? top : at - Math.floor(shown.windowRows / 2);
  const next = Math.max(0, Math.min(lastTop(shown), wanted));
  return heldAt({ ...mode, search: { ...search, at } }, next, shown);
}

/** The header: counts per class, registries against machine, problems, tabs and view. */

import type { Snapshot } from '../core/model/model.ts';
import type { SortColumn } from '../core/rows/describe.ts';
import type { State } from '../screen/state/state.ts';
import { tabs } from '../screen/state/tabs.ts';
import { type Line, type Span, span } from '../text/line.ts';
import { type Printable, printable, text } from '../text/printable.ts';
import { problemLines, registryLines, usageLine } from '../text/snapshot-lines.ts';
import type { Frame } from './frame.ts';
import { Lines } from './lines.tsx';
import type { Paint } from './text-line.tsx';
import { titleLines } from './title.ts';

export type HeaderProps = {
  readonly state: State;
  readonly frame: Frame;
  readonly width: number;
  readonly paint: Paint;
};

export function Header({ state, frame, width, paint }: HeaderProps) {
  const { snapshot } = state;
  const lines: Line[] = [...titleLines(state, width, frame.titles, paint.charset)];
  if (snapshot !== undefined) {
    // As read: rows that are gone use nothing.
    if (frame.hasUsage) lines.push(usageLine(state.read ?? snapshot));
    lines.push(...recordLines(snapshot, state.drift, paint).slice(0, frame.registries));
    lines.push(...shownProblems(snapshot, frame.problems, paint));
  }
  if (frame.hasTabs) lines.push(tabLine(state, paint));
  return <Lines lines={lines} width={width} paint={paint} />;
}

/** The registries, after the pending reconcile changes: a path may be long. */
function recordLines(snapshot: Snapshot, drift: string | undefined, { charset }: Paint): Line[] {
  const lines = registryLines(snapshot, charset);
  if (drift === undefined) return lines;
  return lines.map((line, index) =>
    index === 0 ? [span(text`registry: ${printable(drift, charset)}  `, 'key'), ...line] : line,
  );
}

function shownProblems(snapshot: Snapshot, most: number, paint: Paint): readonly Line[] {
  const lines = problemLines(snapshot, paint.charset);
  if (lines.length <= most || most === 0) return lines.slice(0, most);
  const more = lines.length - most;
  const lastLine: Line = [...(lines[most - 1] ?? []), span(text` (and ${more} more)`, 'dim')];
  return [...lines.slice(0, most - 1), lastLine];
}

/** Tabs are separate spans, found by their names. */
export function tabLine(
  { tab, view, mode, notice, tagged, snapshot }: State,
  { charset }: Paint,
): Line {
  const spans: Span[] = tabs.flatMap(name => [
    span(
      name === tab ? text`[${printable(name)}]` : text` ${printable(name)} `,
      name === tab ? 'key' : 'dim',
    ),
  ]);
  const isRising = risingColumns.has(view.sort) !== view.reverse;
  const order = isRising ? '▲' : '▼';
  spans.push(span(text`  sort: ${printable(view.sort)} ${printable(order, charset)}`, 'dim'));
  // Includes tagged rows that a filter hides: the verbs act on them too.
  const count = snapshot?.rows.filter(row => tagged.has(row.key)).length ?? 0;
  if (count > 0) spans.push(span(text`  ${count} tagged`, 'key'));
  if (view.tree) spans.push(span(text`  tree`, 'dim'));
  if (mode.kind !== 'filter' && view.filter !== '')
    spans.push(span(text`  filter: ${shownFilter(view.filter, charset)}`, 'key'));
  if (notice !== undefined) spans.push(span(text`  ${printable(notice, charset)}`, 'problem'));
  return spans;
}

/** Ascending; all other columns start with the largest or most important. */
const risingColumns: ReadonlySet<SortColumn> = new Set(['agent', 'task', 'pid', 'status']);

function shownFilter(filter: string, charset: Paint['charset']): Printable {
  return printable(filter, charset);
}

/** The header: counts per class, registries against machine, problems, tabs and view. */

import type { Snapshot } from '../core/model/model.ts';
import type { SortColumn } from '../core/rows/describe.ts';
import type { State } from '../screen/state/state.ts';
import { tabs } from '../screen/state/tabs.ts';
import { type Line, spansIn } from '../text/line.ts';
import type { Charset } from '../text/printable.ts';
import { problemLines, registryLines, usageLine } from '../text/snapshot-lines.ts';
import type { ScreenProps } from './layout.ts';
import { Lines } from './text-line.tsx';
import { titleLines } from './title.ts';

export function Header({ state, layout, paint }: ScreenProps) {
  const { snapshot } = state;
  const { frame, width } = layout;
  const { charset } = paint;
  const lines: Line[] = [...titleLines(state, width, frame.titles, charset)];
  if (snapshot !== undefined) {
    // As read: rows that are gone use nothing.
    if (frame.hasUsage) lines.push(usageLine(state.read ?? snapshot, charset));
    lines.push(...recordLines(snapshot, state.drift, charset).slice(0, frame.registries));
    lines.push(...shownProblems(snapshot, frame.problems, charset));
  }
  if (frame.hasTabs) lines.push(tabLine(state, charset));
  return <Lines lines={lines} width={width} paint={paint} />;
}

/** The registries, after the pending reconcile changes: a path may be long. */
function recordLines(snapshot: Snapshot, drift: string | undefined, charset: Charset): Line[] {
  const [first = [], ...rest] = registryLines(snapshot, charset);
  const change = drift === undefined ? [] : [spansIn(charset)(`registry: ${drift}  `, 'key')];
  return [[...change, ...first], ...rest];
}

function shownProblems(snapshot: Snapshot, most: number, charset: Charset): Line[] {
  const lines = problemLines(snapshot, charset);
  const shown = lines.slice(0, most);
  const last = shown.pop();
  if (last === undefined) return [];
  const more = lines.length - most;
  return [...shown, more > 0 ? [...last, spansIn(charset)(` (and ${more} more)`, 'dim')] : last];
}

/** Tabs are separate spans, found by their names. */
export function tabLine(
  { tab, view, mode, notice, tagged, snapshot }: State,
  charset: Charset,
): Line {
  const say = spansIn(charset);
  const isRising = risingColumns.has(view.sort) !== view.reverse;
  // Includes tagged rows that a filter hides: the verbs act on them too.
  const count = snapshot?.rows.filter(row => tagged.has(row.key)).length ?? 0;
  const isFiltered = mode.kind !== 'filter' && view.filter !== '';
  return [
    ...tabs.map(name => (name === tab ? say(`[${name}]`, 'key') : say(` ${name} `, 'dim'))),
    say(`  sort: ${view.sort} ${isRising ? '▲' : '▼'}`, 'dim'),
    ...(count > 0 ? [say(`  ${count} tagged`, 'key')] : []),
    ...(view.tree ? [say('  tree', 'dim')] : []),
    ...(isFiltered ? [say(`  filter: ${view.filter}`, 'key')] : []),
    ...(notice === undefined ? [] : [say(`  ${notice}`, 'problem')]),
  ];
}

/** Ascending; all other columns start with the largest or most important. */
const risingColumns: ReadonlySet<SortColumn> = new Set(['agent', 'task', 'pid', 'status']);

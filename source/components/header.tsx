/** The header: counts per class, leaked memory and the machine, problems, tabs and view. */

import type { SortColumn } from '../core/rows/describe.ts';
import type { State } from '../screen/state/state.ts';
import { tabsWith } from '../screen/state/tabs.ts';
import { cellsOf, type Line, spansIn } from '../text/line.ts';
import { machineLine } from '../text/machine-line.ts';
import type { Charset } from '../text/printable.ts';
import { wrappedProblems } from '../text/snapshot-lines.ts';
import type { ScreenProps } from './layout.ts';
import { coversFooter, noticeLine } from './notice-line.ts';
import { Lines } from './text-line.tsx';
import { titleLine } from './title.ts';

export function Header({ state, layout, paint }: ScreenProps) {
  const { snapshot, deadEntries, trends, guard, hosts } = state;
  const { frame, width } = layout;
  const { charset } = paint;
  const lines: Line[] = [titleLine(state, width, charset)];
  if (snapshot !== undefined) {
    const read = state.read ?? snapshot;
    const facts = { snapshot: read, deadEntries, trend: trends.total, guard, hosts };
    if (frame.hasMachine) lines.push(machineLine(facts, width, charset));
    lines.push(...wrappedProblems(snapshot, { width, most: frame.problems }, charset));
  }
  if (frame.hasTabs) lines.push(noticeAbove(state, charset) ?? tabLine(state, width, charset));
  return <Lines lines={lines} width={width} paint={paint} />;
}

/** Where the footer has a question or what is being typed, the notice stands in place of the tabs. */
function noticeAbove(state: State, charset: Charset): Line | undefined {
  return coversFooter(state) ? undefined : noticeLine(state, charset);
}

/** Tabs are separate spans, found by their names. What the user has chosen comes before what is always there; what does
 * not fit is said in fewer words, and last not at all. */
export function tabLine(
  { tab, view, mode, tagged, snapshot, intervalMs, grouping, alert, hosts }: State,
  width: number,
  charset: Charset,
): Line {
  const say = spansIn(charset);
  const isRising = risingColumns.has(view.sort) !== view.reverse;
  const order = `${view.sort} ${isRising ? '▲' : '▼'}`;
  const every = `${intervalMs / 1000}s`;
  // Includes tagged rows that a filter hides: the verbs act on them too.
  const count = snapshot?.rows.filter(row => tagged.has(row.key)).length ?? 0;
  const isFiltered = mode.kind !== 'filter' && view.filter !== '';
  const chosen = [
    ...tabsWith(hosts).map(name =>
      name === tab ? say(`[${name}]`, 'key') : say(` ${name} `, 'dim'),
    ),
    ...(count > 0 ? [say(`  ${count} tagged`, 'key')] : []),
    ...(view.classes === undefined ? [] : [say(`  class: ${view.classes.join(',')}`, 'key')]),
    ...(isFiltered ? [say(`  filter: ${view.filter}`, 'key')] : []),
  ];
  const shape = [
    ...(alert === 'off' ? [] : ['alerts']),
    ...(view.tree ? ['tree'] : []),
    ...(grouping === undefined ? [] : [`by ${grouping}`]),
  ];
  const facts = [
    [...shape, `sort: ${order}`, `every ${every}`],
    [...shape, order, every],
    [order, every],
    [every],
  ].map(words => [...chosen, say(words.map(word => `  ${word}`).join(''), 'dim')]);
  return facts.find(line => cellsOf(line) <= width) ?? chosen;
}

/** Ascending; all other columns start with the largest or most important. */
const risingColumns: ReadonlySet<SortColumn> = new Set([
  'agent',
  'project',
  'task',
  'workspace',
  'host',
  'pid',
  'status',
]);

/** The first line of the header: the counts. If they do not fit, a second line is used. */
import type { Snapshot } from '../core/model/model.ts';
import type { State } from '../screen/state/state.ts';
import { cellsOf, type Line, span } from '../text/line.ts';
import { type Charset, printable, text } from '../text/printable.ts';
import { bareCountSpans, countSpans, tightCountSpans } from '../text/snapshot-lines.ts';
import { timeOfDay } from '../text/units.ts';

/** The demo marker is always shown. */
const nameOf = (snapshot: Snapshot | undefined) =>
  span(snapshot?.machine.isDemo === true ? text` vigil demo ` : text` vigil `, 'title');

/** @returns the number of lines needed with words; both charsets take the same cells. */
export function titlesWanted(state: State, width: number): 1 | 2 {
  return roomiest(state, width, 'unicode') === undefined ? 2 : 1;
}

/** @param most lines available. */
export function titleLines(
  state: State,
  width: number,
  most: number,
  charset: Charset,
): readonly Line[] {
  const { snapshot } = state;
  if (snapshot === undefined)
    return [[nameOf(snapshot), span(text` reading${printable('…', charset)}`, 'dim')]];
  const line = roomiest(state, width, charset);
  if (line !== undefined) return [line];
  if (most < 2) return [[...beginning(state), ...bareCountSpans(snapshot, charset)]];
  const counts = tightCountSpans(snapshot, charset);
  const first: Line[number][] = [...beginning(state)];
  // Keeps a count and the gap behind it together.
  while (counts.length > 0 && cellsOf([...first, ...counts.slice(0, 1)]) <= width)
    first.push(...counts.splice(0, 2));
  return [first, [span(text` `), ...counts]];
}

/** The most that fits into one line: counts matter more than host and time. */
function roomiest(state: State, width: number, charset: Charset): Line | undefined {
  return variantsOf(state, charset).find(({ cells }) => cells <= width)?.line;
}

type Variant = { readonly line: Line; readonly cells: number };

/** From the longest to the shortest; computed once a poll, although every key press needs the frame's shares. */
function variantsOf(state: State, charset: Charset): readonly Variant[] {
  const { snapshot, paused } = state;
  if (snapshot === undefined) {
    const line = [nameOf(snapshot)];
    return [{ line, cells: cellsOf(line) }];
  }
  if (last?.snapshot === snapshot && last.paused === paused && last.charset === charset)
    return last.variants;
  const { host: hostName, isDemo } = snapshot.machine;
  const host = span(isDemo ? text` ` : text` ${printable(hostName, charset)}  `, 'heading');
  const took = text`${timeOfDay(snapshot.takenAt)} ${Math.round(snapshot.tookMs)} ms`;
  const [title = nameOf(snapshot), , ...marks] = beginning(state);
  const counts = countSpans(snapshot, charset);
  const lines: readonly Line[] = [
    [title, host, ...marks, ...counts, span(took, 'dim')],
    [title, host, ...marks, ...counts],
    [...beginning(state), ...counts],
    [...beginning(state), ...tightCountSpans(snapshot, charset)],
  ];
  const variants = lines.map(line => ({ line, cells: cellsOf(line) }));
  last = { snapshot, paused, charset, variants };
  return variants;
}

let last:
  | {
      readonly snapshot: Snapshot;
      readonly paused: boolean;
      readonly charset: Charset;
      readonly variants: readonly Variant[];
    }
  | undefined;

function beginning({ snapshot, paused }: State): Line {
  const problems = snapshot?.problems.length ?? 0;
  return [
    nameOf(snapshot),
    span(text` `),
    ...(problems > 0 ? [span(text`!${problems}  `, 'problem')] : []),
    ...(paused ? [span(text`paused  `, 'key')] : []),
  ];
}

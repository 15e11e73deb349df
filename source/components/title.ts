/** The first line of the header: the counts. If they do not fit, a second line is used. */
import type { State } from '../screen/state/state.ts';
import { cellsOf, type Line, type Span, spansIn } from '../text/line.ts';
import type { Charset } from '../text/printable.ts';
import { bareCountSpans, countSpans, tightCountSpans } from '../text/snapshot-lines.ts';
import { timeOfDay } from '../text/units.ts';

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
  const say = spansIn(charset);
  const { snapshot } = state;
  if (snapshot === undefined) return [[nameOf(state, charset), say(' reading…', 'dim')]];
  const line = roomiest(state, width, charset);
  if (line !== undefined) return [line];
  const first: Span[] = [nameOf(state, charset), say(' '), ...marksOf(state, charset)];
  if (most < 2) return [[...first, ...bareCountSpans(snapshot, charset)]];
  const counts = tightCountSpans(snapshot, charset);
  // Keeps a count and the gap behind it together.
  while (counts.length > 0 && cellsOf([...first, ...counts.slice(0, 1)]) <= width)
    first.push(...counts.splice(0, 2));
  return [first, [say(' '), ...counts]];
}

/** The most that fits into one line: counts matter more than host and time. */
function roomiest(state: State, width: number, charset: Charset): Line | undefined {
  const say = spansIn(charset);
  const { snapshot } = state;
  const name = nameOf(state, charset);
  const marks = marksOf(state, charset);
  if (snapshot === undefined) return cellsOf([name]) <= width ? [name] : undefined;
  const { host: hostName, isDemo } = snapshot.machine;
  const host = say(isDemo ? ' ' : ` ${hostName}  `, 'heading');
  const took = say(`${timeOfDay(snapshot.takenAt)} ${Math.round(snapshot.tookMs)} ms`, 'dim');
  const counts = countSpans(snapshot, charset);
  const longestFirst: readonly Line[] = [
    [name, host, ...marks, ...counts, took],
    [name, host, ...marks, ...counts],
    [name, say(' '), ...marks, ...counts],
    [name, say(' '), ...marks, ...tightCountSpans(snapshot, charset)],
  ];
  return longestFirst.find(line => cellsOf(line) <= width);
}

/** The demo marker is always shown. */
function nameOf({ snapshot }: State, charset: Charset): Span {
  return spansIn(charset)(snapshot?.machine.isDemo ? ' vigil demo ' : ' vigil ', 'title');
}

function marksOf({ snapshot, paused }: State, charset: Charset): Span[] {
  const say = spansIn(charset);
  const problems = snapshot?.problems.length ?? 0;
  return [
    ...(problems > 0 ? [say(`!${problems}  `, 'problem')] : []),
    ...(paused ? [say('paused  ', 'key')] : []),
  ];
}

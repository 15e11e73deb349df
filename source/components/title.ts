/** The first line of the header: the counts. If they do not fit, a second line is used. */
import type { State } from '../screen/state/state.ts';
import { cellsOf, type Line, type Say, type Span, spansIn } from '../text/line.ts';
import type { Charset } from '../text/printable.ts';
import { countSpans } from '../text/snapshot-lines.ts';
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
  if (snapshot === undefined) return [[nameOf(state, say), say(' reading…', 'dim')]];
  const line = roomiest(state, width, charset);
  if (line !== undefined) return [line];
  const first: Span[] = [nameOf(state, say), say(' '), ...marksOf(state, say)];
  if (most < 2) return [[...first, ...countSpans(snapshot, charset, 'bare')]];
  const counts = countSpans(snapshot, charset, 'tight');
  // Keeps a count and the gap behind it together.
  while (counts.length > 0 && cellsOf([...first, ...counts.slice(0, 1)]) <= width)
    first.push(...counts.splice(0, 2));
  return [first, [say(' '), ...counts]];
}

/** The most that fits into one line: counts matter more than host and time. */
function roomiest(state: State, width: number, charset: Charset): Line | undefined {
  return titlesOf(state, charset).find(({ cells }) => cells <= width)?.line;
}

type Title = { readonly line: Line; readonly cells: number };

/** From the longest to the shortest; made once a poll, although every key press needs the frame's shares. */
function titlesOf(state: State, charset: Charset): readonly Title[] {
  const { snapshot, paused } = state;
  if (last?.snapshot === snapshot && last?.paused === paused && last.charset === charset)
    return last.titles;
  const titles = linesOf(state, charset).map(line => ({ line, cells: cellsOf(line) }));
  last = { snapshot, paused, charset, titles };
  return titles;
}

let last:
  | (Pick<State, 'snapshot' | 'paused'> & { charset: Charset; titles: readonly Title[] })
  | undefined;

function linesOf(state: State, charset: Charset): readonly Line[] {
  const say = spansIn(charset);
  const { snapshot } = state;
  const name = nameOf(state, say);
  if (snapshot === undefined) return [[name]];
  const marks = marksOf(state, say);
  const { host: hostName, isDemo } = snapshot.machine;
  const host = say(isDemo ? ' ' : ` ${hostName}  `, 'heading');
  const took = say(`${timeOfDay(snapshot.takenAt)} ${Math.round(snapshot.tookMs)} ms`, 'dim');
  const counts = countSpans(snapshot, charset);
  return [
    [name, host, ...marks, ...counts, took],
    [name, host, ...marks, ...counts],
    [name, say(' '), ...marks, ...counts],
    [name, say(' '), ...marks, ...countSpans(snapshot, charset, 'tight')],
  ];
}

/** The demo marker is always shown. */
function nameOf({ snapshot }: State, say: Say): Span {
  return say(snapshot?.machine.isDemo ? ' vigil demo ' : ' vigil ', 'title');
}

function marksOf({ snapshot, paused }: State, say: Say): Span[] {
  const problems = snapshot?.problems.length ?? 0;
  return [
    ...(problems > 0 ? [say(`!${problems}  `, 'problem')] : []),
    ...(paused ? [say('paused  ', 'key')] : []),
  ];
}

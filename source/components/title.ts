/** The first line of the header: how many rows each class has. */
import { underWay } from '../screen/state/endings.ts';
import type { State } from '../screen/state/state.ts';
import { cellsOf, type Line, type Say, type Span, spansIn } from '../text/line.ts';
import type { Charset } from '../text/printable.ts';
import { countSpans } from '../text/snapshot-lines.ts';
import { counted, timeOfDay } from '../text/units.ts';

/** The most that fits: counts matter more than host and time, the first classes' words more than the last ones'. */
export function titleLine(state: State, width: number, charset: Charset): Line {
  const say = spansIn(charset);
  const { snapshot } = state;
  if (snapshot === undefined) return [nameOf(state, say), say(' reading…', 'dim')];
  const lines = linesOf(state, charset);
  return lines.find(line => cellsOf(line) <= width) ?? lines.at(-1) ?? [];
}

/** From the longest to the shortest. */
function linesOf(state: State, charset: Charset): readonly Line[] {
  const say = spansIn(charset);
  const { snapshot } = state;
  const name = nameOf(state, say);
  if (snapshot === undefined) return [[name]];
  const marks = marksOf(state, say);
  const { host: hostName, isDemo } = snapshot.machine;
  const hosts = state.hosts && counted(state.hosts.length, 'host');
  const host = say(isDemo ? ' ' : ` ${hosts ?? hostName}  `, 'heading');
  const took = say(
    `${timeOfDay(snapshot.takenAt)}  polled in ${Math.round(snapshot.tookMs)} ms`,
    'dim',
  );
  const counts = countSpans(snapshot, charset);
  const short = [name, say(' '), ...marks];
  return [
    [name, host, ...marks, ...counts, took],
    [name, host, ...marks, ...counts],
    [...short, ...counts],
    [...short, ...countSpans(snapshot, charset, 'tight')],
    [...short, ...countSpans(snapshot, charset, 'tighter')],
    [...short, ...countSpans(snapshot, charset, 'bare')],
  ];
}

/** The demo marker is always shown. */
function nameOf({ snapshot }: State, say: Say): Span {
  return say(snapshot?.machine.isDemo ? ' vigil demo ' : ' vigil ', 'title');
}

function marksOf({ snapshot, paused, endings }: State, say: Say): Span[] {
  const problems = snapshot?.problems.length ?? 0;
  const ending = underWay(endings);
  return [
    ...(problems > 0 ? [say(`!${problems}  `, 'problem')] : []),
    ...(paused ? [say('paused  ', 'key')] : []),
    ...(ending > 0 ? [say(`${ending} ending  `, 'ending')] : []),
  ];
}

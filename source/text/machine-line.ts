/** The second line of the header: what is leaked, what the registry lacks, and the machine. */
import { sharesOf } from '../core/inventory/totals.ts';
import type { GuardStatus } from '../core/model/guard-status.ts';
import type { HostLine } from '../core/model/host-line.ts';
import type { Snapshot } from '../core/model/model.ts';
import type { Trend } from '../core/model/usage-over-time.ts';
import { farHostOf, localHost } from '../core/rows/far-rows.ts';
import { guardAction, guardPart } from './guard-line.ts';
import { cellsOf, type Line, type Say, type Span, spansIn } from './line.ts';
import type { Charset } from './printable.ts';
import { formatsIn } from './snapshot-lines.ts';
import { sparkline } from './sparkline.ts';
import { bytes, counted, percent } from './units.ts';

/** A fact in full, and in few cells. */
type Part = { readonly long: Line; readonly short: Line };

/** From this width on the line has graphs. */
const graphWidth = 120;
const graphCells = 10;

type Facts = {
  /** As read: rows that are gone use nothing. */
  readonly snapshot: Snapshot;
  /** Registry entries that are active while nothing of them is alive. */
  readonly deadEntries: number;
  /** Of the whole table. */
  readonly trend: Trend;
  /** Of the guard that is running, if one is. */
  readonly guard?: GuardStatus;
  /** The machines of the fleet, if there is one: then the rest is about this one. */
  readonly hosts?: readonly HostLine[];
};

/** As many facts as fit, and of these as many in full: those that matter most. */
export function machineLine(facts: Facts, width: number, charset: Charset): Line {
  const say = spansIn(charset);
  const parts = partsOf(facts, width >= graphWidth, say);
  const line = (count: number, full: number) =>
    parts
      .slice(0, count)
      .flatMap(({ long, short }, index) => [
        ...(index > 0 ? [say('  ')] : []),
        ...(index < full ? long : short),
      ]);
  for (let count = parts.length; count > 0; count--)
    for (let full = count; full >= 0; full--) {
      const shown = line(count, full);
      if (cellsOf(shown) <= width) return shown;
    }
  return line(1, 0);
}

/** What matters most comes first. */
function partsOf(
  { snapshot, deadEntries, trend, guard, hosts }: Facts,
  hasGraphs: boolean,
  say: Say,
): Part[] {
  const { workspaces, totals } = snapshot;
  const action = guard && guardAction(guard, snapshot.takenAt, say);
  return [
    ...leakedPart(hosts === undefined ? snapshot : ofThisMachine(snapshot), say),
    ...(hosts === undefined ? [] : fleetPart(hosts, say)),
    ...(workspaces.length > 0 || hosts !== undefined
      ? []
      : [
          {
            long: [say('no workspace found (-w DIR): showing processes and tmux only', 'dim')],
            short: [say('no workspace (-w DIR)', 'dim')],
          },
        ]),
    ...(deadEntries === 0 ? [] : [deadPart(deadEntries, say)]),
    ...formatPart(snapshot, say),
    ...(guard === undefined ? [] : [guardPart(guard, snapshot.takenAt, say)]),
    ...(hasGraphs ? [graphPart(trend, totals, say)] : []),
    ...machineParts(snapshot, hasGraphs, say),
    ...(action === undefined ? [] : [same(...action)]),
    ...workspaces.map(path => same(say(path, 'dim'))),
  ];
}

function ofThisMachine(snapshot: Snapshot): Snapshot {
  return { ...snapshot, rows: snapshot.rows.filter(row => farHostOf(row) === undefined) };
}

/** How many machines cannot be read, and what the others have leaked. */
function fleetPart(hosts: readonly HostLine[], say: Say): Part[] {
  const unread = hosts.filter(({ state }) => state === 'silent' || state === 'failed').length;
  const others = hosts.filter(({ name }) => name !== localHost);
  const leaked = others.reduce((sum, { leakedBytes = 0 }) => sum + leakedBytes, 0);
  const all = counted(hosts.length, 'host');
  return [
    ...(unread === 0 ? [] : [same(say(`${unread} of ${all} not read`, 'unknown'))]),
    ...(leaked === 0 ? [] : [same(say(`${bytes(leaked)} leaked on other hosts`, 'orphan'))]),
  ];
}

function same(...line: Span[]): Part {
  return { long: line, short: line };
}

function leakedPart({ rows, workspaces }: Snapshot, say: Say): Part[] {
  const { leaked, sweepable } = sharesOf(rows, workspaces);
  if (leaked.rssBytes === 0 && leaked.cpuPercent === 0) return [];
  const reclaimed = sweepable.rssBytes === leaked.rssBytes ? 'it' : bytes(sweepable.rssBytes);
  const isInVain = sweepable.rssBytes === 0 && sweepable.cpuPercent === 0;
  const key = isInVain ? [] : [say(` (w reclaims ${reclaimed})`, 'key')];
  const memory = bytes(leaked.rssBytes);
  return [
    {
      long: [say(`leaked ${memory}, ${percent(leaked.cpuPercent)}% CPU`, 'orphan'), ...key],
      short: [say(`leaked ${memory}`, 'orphan'), ...key],
    },
  ];
}

function deadPart(count: number, say: Say): Part {
  const entries = counted(count, 'dead entry', 'dead entries');
  const key = say(' (R fixes)', 'key');
  return {
    long: [say(`registry: ${entries}`, 'ghost'), key],
    short: [say(entries, 'ghost'), key],
  };
}

function formatPart(snapshot: Snapshot, say: Say): Part[] {
  const formats = formatsIn(snapshot);
  if (formats === undefined) return [];
  return [{ long: [say(`${formats} registry`, 'dim')], short: [say(formats, 'dim')] }];
}

function graphPart(trend: Trend, { cpuPercent, rssBytes }: Snapshot['totals'], say: Say): Part {
  const most = (values: readonly number[]) =>
    Math.max(0, ...values.filter(value => !Number.isNaN(value)));
  const graph = (values: readonly number[], least: number) =>
    // What is not known yet takes no room.
    say(sparkline(values, graphCells, Math.max(least, most(values))).trimStart(), 'live');
  return same(
    say('CPU '),
    graph(trend.cpuPercent, 100),
    say(` ${percent(cpuPercent)}%  memory `),
    graph(trend.rssBytes, 0),
    say(` ${bytes(rssBytes)}`),
  );
}

function usedPart({ cpuPercent, rssBytes }: Snapshot['totals'], say: Say): Part {
  const [cpu, memory] = [`${percent(cpuPercent)}%`, bytes(rssBytes)];
  return { long: [say(`total ${cpu} CPU, ${memory}`)], short: [say(`total ${cpu} ${memory}`)] };
}

function machineParts({ vitals, totals }: Snapshot, hasGraphs: boolean, say: Say): Part[] {
  const used = hasGraphs ? [] : [usedPart(totals, say)];
  if (vitals === undefined) return used;
  const { load, cores, memoryBytes, availableBytes, ownCpuPercent, ownRssBytes } = vitals;
  const loadTone = load > cores ? 'key' : 'dim';
  const freeTone = availableBytes < memoryBytes / 20 ? 'problem' : 'dim';
  const own = ownCpuPercent === undefined ? '' : `${percent(ownCpuPercent)}% CPU, `;
  return [
    {
      long: [say(`load ${load.toFixed(1)} (${counted(cores, 'core')})`, loadTone)],
      short: [say(`load ${load.toFixed(1)}`, loadTone)],
    },
    {
      long: [say(`${bytes(availableBytes)} of ${bytes(memoryBytes)} free`, freeTone)],
      short: [say(`${bytes(availableBytes)} free`, freeTone)],
    },
    ...used,
    same(say(`vigil itself: ${own}${bytes(ownRssBytes)}`, 'dim')),
  ];
}

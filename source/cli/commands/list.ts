/** `vigil list`: one table or one snapshot, repeated with --watch. */

import type { Monitor } from '../../core/inventory/monitor.ts';
import type { Snapshot } from '../../core/model/model.ts';
import type { HookRunner } from '../../core/ports/hook-runner.ts';
import type { MetricFormat } from '../../core/ports/metrics.ts';
import { commandOf } from '../../core/programs/process-name.ts';
import { standardColumnsFor, withoutGraphs } from '../../core/rows/columns.ts';
import { type Placed, selectRows, type View } from '../../core/rows/describe.ts';
import { needsPorts } from '../../core/rows/filter.ts';
import { type Line, span } from '../../text/line.ts';
import { printable, truncate } from '../../text/printable.ts';
import { problemLines, registryLines, totalsLines } from '../../text/snapshot-lines.ts';
import { headingLine, layOut, layOutWhole, rowLine } from '../../text/table.ts';
import { bytes, percent } from '../../text/units.ts';
import type { Options } from '../arguments/options.ts';
import { keepHeapSmall } from '../heap.ts';
import { snapshotJson } from '../json/snapshot-json.ts';
import { exitCodes, type Output } from '../output.ts';
import { createRowHook } from './list-on.ts';

type ListOptions = Pick<
  Options,
  'view' | 'json' | 'watch' | 'intervalMs' | 'exitCode' | 'format' | 'onClasses' | 'timeoutMs'
> & {
  /** A command to run when rows enter these classes. */
  readonly operands?: readonly string[];
  /** Of vigil, for the JSON. */
  readonly version?: string;
};

type ListTools = {
  readonly monitor: Monitor;
  readonly hooks?: HookRunner;
  /** @returns the snapshot as metrics. */
  readonly metricsText?: (snapshot: Snapshot, format: MetricFormat) => Promise<string>;
};

/** @returns the exit code, as readme.md lists it. */
export async function list(
  { monitor, hooks, metricsText }: ListTools,
  options: ListOptions,
  output: Output,
  signal: AbortSignal,
): Promise<number> {
  const complete = async (snapshot: Snapshot) =>
    needsPorts(options.view.filter) ? monitor.withPorts(snapshot) : snapshot;
  if (options.format !== undefined && metricsText !== undefined) {
    const snapshot = await monitor.pollUntilSettled();
    const text = await metricsText(snapshot, options.format);
    output.lines(
      text
        .trimEnd()
        .split('\n')
        .map(line => [span(printable(line))]),
    );
    return driftCode(snapshot, options);
  }
  if (!options.watch)
    return show(await complete(await monitor.pollUntilSettled()), options, output).code;
  const { onClasses: classes, operands: argv = [], timeoutMs } = options;
  const polled =
    classes === undefined || hooks === undefined
      ? undefined
      : createRowHook({ classes, argv, timeoutMs }, hooks, output, options.json);
  let code: number = exitCodes.done;
  const pace = () => ({ intervalMs: options.intervalMs, paused: false });
  const shown = async (snapshot: Snapshot) => {
    const { rows, code: next } = show(await complete(snapshot), options, output);
    code = next;
    polled?.(snapshot, rows);
  };
  await keepHeapSmall();
  await monitor.run(pace, shown, signal);
  return code;
}

/** Classes in which registry and machine differ. */
const drifted = ['undead', 'ghost', 'husk', 'orphan', 'zombie'] as const;

/** Prints one snapshot as JSON or as a table. @returns the rows shown, and the exit code. */
function show(snapshot: Snapshot, options: ListOptions, output: Output) {
  const placed = selectRows(snapshot, options.view);
  const rows = placed.map(each => each.row);
  if (options.json)
    output.json(
      snapshotJson(snapshot, rows, options.version),
      options.watch ? 'compact' : 'indented',
    );
  else output.lines(tableLines(snapshot, placed, options.view, output));
  return { rows, code: driftCode(snapshot, options) };
}

/** @returns 5 if a source could not be read, and 10 for differences, if asked for. */
export function driftCode(snapshot: Snapshot, options: Pick<ListOptions, 'exitCode'>): number {
  if (snapshot.problems.some(problem => problem.unread)) return exitCodes.unreadable;
  const hasDrift = drifted.some(name => snapshot.totals[name] > 0) || snapshot.problems.length > 0;
  return options.exitCode && hasDrift ? exitCodes.problemsFound : exitCodes.done;
}

const noMatch = span(printable('no rows match the filter'), 'dim');

/** @returns the table and its summary as lines. */
function tableLines(
  snapshot: Snapshot,
  placed: readonly Placed[],
  view: View,
  output: Output,
): Line[] {
  const { charset, width } = output;
  const columns = withoutGraphs(view.columns ?? standardColumnsFor(snapshot));
  const layout =
    width === undefined
      ? layOutWhole(placed, snapshot.takenAt, charset, columns)
      : layOut(width, columns);
  const rows = placed.flatMap(each => [
    rowLine(layout, each, snapshot.takenAt, charset),
    ...(view.tree ? processLines(each.row.processes, each.level, output) : []),
  ]);
  return [
    ...problemLines(snapshot, charset),
    ...registryLines(snapshot, charset),
    ...(placed.length > 0 ? [headingLine(layout, charset), ...rows] : []),
    ...(rows.length === 0 && view.filter !== '' ? [[noMatch]] : []),
    ...totalsLines(snapshot, width, charset),
  ];
}

/** @returns the processes of a row, below it in the tree. */
function processLines(
  processes: Snapshot['rows'][number]['processes'],
  level: number,
  { charset, width }: Output,
): Line[] {
  return processes.map((process, index) => {
    const branch = index === processes.length - 1 ? '└─' : '├─';
    const { pid, role, cpuPercent, rssBytes } = process;
    const facts = `${pid} ${role} ${percent(cpuPercent)}% ${bytes(rssBytes)} ${commandOf(process)}`;
    const line = printable(`${' '.repeat(8 + 2 * level)}${branch} ${facts}`, charset);
    return [span(width === undefined ? line : truncate(line, width, charset), 'dim')];
  });
}

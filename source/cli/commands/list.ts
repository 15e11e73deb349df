/** `vigil list`: one table or one snapshot, repeated with --watch. */

import type { Monitor } from '../../core/inventory/monitor.ts';
import type { Snapshot } from '../../core/model/model.ts';
import { commandOf } from '../../core/programs/process-name.ts';
import { selectRows, type View } from '../../core/rows/describe.ts';
import { type Line, span } from '../../text/line.ts';
import { printable, text, truncate } from '../../text/printable.ts';
import { countSpans, problemLines, registryLines, usageSpan } from '../../text/snapshot-lines.ts';
import { headingLine, layOut, rowLine } from '../../text/table.ts';
import { bytes, percent } from '../../text/units.ts';
import { snapshotJson } from '../json/snapshot-json.ts';
import { exitCodes, type Output } from '../output.ts';

export type ListOptions = {
  readonly view: View;
  readonly json: boolean;
  readonly watch: boolean;
  readonly intervalMs: number;
  /** Exit 10 if registry and machine differ (`--exit-code`). */
  readonly exitCode: boolean;
};

/** @returns the exit code, as readme.md lists it. */
export async function list(
  monitor: Monitor,
  options: ListOptions,
  output: Output,
  signal: AbortSignal,
): Promise<number> {
  if (!options.watch) {
    const snapshot = await monitor.pollUntilSettled();
    show(snapshot, options, output);
    return exitCodeFor(snapshot, options);
  }
  let code: number = exitCodes.done;
  const pace = () => ({ intervalMs: options.intervalMs, paused: false });
  await monitor.run(
    pace,
    async snapshot => {
      show(snapshot, options, output);
      code = exitCodeFor(snapshot, options);
    },
    signal,
  );
  return code;
}

/** Prints one snapshot as JSON or as a table. */
function show(snapshot: Snapshot, options: ListOptions, output: Output): void {
  const placed = selectRows(snapshot, options.view);
  if (options.json) {
    const document = snapshotJson(
      snapshot,
      placed.map(each => each.row),
    );
    output.json(document, options.watch ? 'compact' : 'indented');
    return;
  }
  output.lines(tableLines(snapshot, options.view, output));
}

/** @returns the table and its summary as lines. */
function tableLines(snapshot: Snapshot, view: View, output: Output): Line[] {
  const { charset, width } = output;
  const placed = selectRows(snapshot, view);
  const layout = layOut(placed, snapshot.takenAt, charset, width);
  const rows = placed.flatMap(each => [
    rowLine(layout, each, snapshot.takenAt, charset),
    ...(view.tree ? processLines(each.row.processes, each.level, output) : []),
  ]);
  return [
    ...problemLines(snapshot, charset),
    ...registryLines(snapshot, charset),
    ...(placed.length > 0 ? [headingLine(layout, charset), ...rows] : []),
    [...countSpans(snapshot, output.charset), usageSpan(snapshot)],
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
    const line = text`${printable(' '.repeat(8 + 2 * level))}${printable(branch, charset)} ${process.pid} ${printable(process.role)} ${percent(process.cpuPercent)}% ${bytes(process.rssBytes)} ${printable(commandOf(process), charset)}`;
    return [span(width === undefined ? line : truncate(line, width, charset), 'dim')];
  });
}

/** Classes in which registry and machine differ. */
const drifted = ['undead', 'ghost', 'husk', 'orphan', 'zombie'] as const;

function exitCodeFor(snapshot: Snapshot, options: ListOptions): number {
  if (snapshot.problems.some(problem => problem.unread)) return exitCodes.unreadable;
  const hasDrift = drifted.some(name => snapshot.totals[name] > 0) || snapshot.problems.length > 0;
  return options.exitCode && hasDrift ? exitCodes.problemsFound : exitCodes.done;
}

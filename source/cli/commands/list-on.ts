/** `vigil list --watch --on CLASS COMMAND…`: runs a command when rows enter one of these classes. */
import type { Row, RowClass, Snapshot } from '../../core/model/model.ts';
import type { HookRunner } from '../../core/ports/hook-runner.ts';
import { span } from '../../text/line.ts';
import { printable } from '../../text/printable.ts';
import { rowJson } from '../json/snapshot-json.ts';
import type { Output } from '../output.ts';

/** Milliseconds, without --timeout. */
const standardTimeoutMs = 60_000;

export type RowHook = {
  readonly classes: readonly RowClass[];
  /** Program and arguments; no shell. */
  readonly argv: readonly string[];
  /** A command that takes longer is killed with its children. */
  readonly timeoutMs?: number;
};

/** @returns a function to call with each snapshot and the rows that are shown. The command runs once at a time; rows that
 * enter meanwhile are in its next run. Its output goes to ours; to stderr if ours is JSON. */
export function createRowHook(
  { classes, argv, timeoutMs = standardTimeoutMs }: RowHook,
  runner: HookRunner,
  output: Output,
  json: boolean,
): (snapshot: Snapshot, rows: readonly Row[]) => void {
  let known: ReadonlyMap<string, RowClass> = new Map();
  const waiting = new Map<string, Row>();
  let isRunning = false;
  const run = async (takenAt: number) => {
    isRunning = true;
    while (waiting.size > 0) {
      const rows = [...waiting.values()].map(rowJson);
      waiting.clear();
      const document = { schema: 'vigil.rows/1', time: new Date(takenAt).toISOString(), rows };
      const {
        outcome,
        reason,
        output: printed,
      } = await runner.run(argv, `${JSON.stringify(document)}\n`, timeoutMs);
      const lines = printed.split('\n').filter(line => line !== '');
      if (json) for (const line of lines) output.warn(line);
      else output.lines(lines.map(line => [span(printable(line, output.charset))]));
      if (outcome !== 'ok') output.warn(`vigil list: ${argv[0]}: ${reason ?? outcome}`);
    }
    isRunning = false;
  };
  return (snapshot, rows) => {
    const isUnread = snapshot.problems.some(({ unread }) => unread);
    const next = new Map(isUnread ? known : []);
    for (const row of rows) {
      const before = known.get(row.key);
      // Without a verdict nothing has changed.
      const now = row.class === 'unknown' ? before : row.class;
      if (now === undefined) continue;
      next.set(row.key, now);
      if (now !== before && classes.includes(now)) waiting.set(row.key, row);
    }
    known = next;
    if (waiting.size > 0 && !isRunning) void run(snapshot.takenAt);
  };
}

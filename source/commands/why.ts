/** `vigil why <target>`: the class of a row and the evidence for it. */
import type { Row, Snapshot } from '../core/model.ts';
import type { Monitor } from '../core/monitor.ts';
import { findRows, parseTarget, similarNames } from '../core/targets.ts';
import { type Charset, join, type Printable, printable, text } from '../text/printable.ts';
import { whyLines } from '../text/why-lines.ts';
import { exitCodes, type Output } from './output.ts';
import { rowJson } from './snapshot-json.ts';

/** @returns the exit code of the contract. */
export async function why(
  monitor: Monitor,
  names: readonly string[],
  json: boolean,
  output: Output,
): Promise<number> {
  const targets = names.map(name => ({ name, target: parseTarget(name) }));
  for (const { target } of targets)
    if (!target.ok) {
      output.complain(text`vigil why: ${printable(target.reason, output.charset)}`);
      return exitCodes.usage;
    }
  const snapshot = await monitor.lookUntilSettled();
  const rows: Row[] = [];
  for (const { name, target } of targets) {
    const found = target.ok ? findRows(snapshot, target.value) : [];
    if (found.length === 0) {
      output.complain(notFound(snapshot, name, output.charset));
      return exitCodes.noTarget;
    }
    rows.push(...found.filter(row => !rows.includes(row)));
  }
  if (json) output.json({ schema: 'vigil.why/1', rows: rows.map(rowJson) }, 'indented');
  else
    output.lines(
      rows.flatMap((row, index) => [
        ...(index > 0 ? [[]] : []),
        ...whyLines(row, snapshot.takenAt, output.charset),
      ]),
    );
  return snapshot.problems.some(problem => problem.unread) ? exitCodes.unreadable : exitCodes.done;
}

function notFound(snapshot: Snapshot, name: string, charset: Charset): Printable {
  const shown = printable(name, charset);
  const similar = similarNames(snapshot, name).map(each => printable(each, charset));
  const hint =
    similar.length > 0
      ? text`; did you mean ${join(similar, ' or ')}?`
      : text`; vigil list shows what there is`;
  return text`vigil why: no row is ${shown}${hint}`;
}

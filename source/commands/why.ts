/** `vigil why <target>`: the class of a row and the evidence for it. */
import { labelOf } from '../core/describe.ts';
import { commandOf } from '../core/inventory/draft.ts';
import type { Row, Snapshot } from '../core/model.ts';
import type { Monitor } from '../core/monitor.ts';
import { findRows, parseTarget, similarNames } from '../core/targets.ts';
import { type Line, span } from '../text/line.ts';
import { type Charset, type Printable, join, printable, text } from '../text/printable.ts';
import { bytes, duration, percent } from '../text/units.ts';
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
  else output.lines(rows.flatMap((row, index) => [...(index > 0 ? [[]] : []), ...whyLines(row, snapshot.takenAt, output.charset)]));
  return snapshot.problems.some(problem => problem.unread) ? exitCodes.unreadable : exitCodes.done;
}

/** Class, evidence and members of one row. */
export function whyLines(row: Row, now: number, charset: Charset): Line[] {
  const facts = [
    row.task === undefined ? undefined : text`task ${printable(row.task, charset)}`,
    row.type === undefined ? undefined : text`type ${printable(row.type, charset)}`,
    row.parent === undefined ? undefined : text`parent ${printable(row.parent, charset)}`,
    row.status === undefined ? undefined : text`status ${printable(row.status, charset)}`,
    row.startedAt === undefined ? undefined : text`for ${duration(now - row.startedAt)}`,
  ].filter((fact): fact is Printable => fact !== undefined);
  return [
    [
      span(text`${printable(labelOf(row), charset)}`, 'heading'),
      span(text` is `),
      span(printable(row.class), row.class),
    ],
    ...(facts.length > 0 ? [[span(text`  ${join(facts, ', ')}`, 'dim')]] : []),
    ...row.evidence.map(sentence => [
      span(text`  ${printable(charset === 'ascii' ? '-' : '·')} ${printable(sentence, charset)}`),
    ]),
    ...row.processes.map(process => [
      span(
        text`  pid ${process.pid} ${printable(process.role)} ${printable(process.state)} ${percent(process.cpuPercent)}% ${bytes(process.rssBytes)}: ${printable(process.reason, charset)}: ${printable(commandOf(process), charset)}`,
        'dim',
      ),
    ]),
  ];
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

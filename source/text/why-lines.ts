/** A row explained: its class, evidence and members. */

import type { Evidence } from '../core/evidence/evidence.ts';
import type { Row } from '../core/model/model.ts';
import { commandOf } from '../core/programs/process-name.ts';
import { labelOf } from '../core/rows/describe.ts';
import { type Line, span } from './line.ts';
import { type Charset, join, type Printable, printable, text } from './printable.ts';
import { bytes, duration, percent } from './units.ts';

/** Class, evidence and members of one row. */
export function whyLines(row: Row, now: number, charset: Charset): Line[] {
  return [
    ...verdictLines(row, now, charset),
    ...row.processes.map(process => [
      span(
        text`  pid ${process.pid} ${printable(process.role)} ${printable(process.state)} ${percent(process.cpuPercent)}% ${bytes(process.rssBytes)}: ${printable(process.reason.text, charset)}: ${printable(commandOf(process), charset)}`,
        'dim',
      ),
    ]),
  ];
}

/** The evidence, and its strength. */
function evidenceLine({ strength, text: words }: Evidence, charset: Charset): Line {
  const isWeighed = strength === 'doubt' || strength === 'contradiction';
  const dot = printable(charset === 'ascii' ? '-' : '·', charset);
  // One span, which the screen can wrap.
  return [
    span(
      text`  ${dot} ${printable(strength)}: ${printable(words, charset)}`,
      isWeighed ? 'problem' : 'plain',
    ),
  ];
}

/** Class and evidence of one row. */
export function verdictLines(row: Row, now: number, charset: Charset): Line[] {
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
      span(text`: `),
      span(printable(row.class), row.class),
      ...(row.confidence === undefined ? [] : [span(text` (${printable(row.confidence)})`)]),
    ],
    ...(facts.length > 0 ? [[span(text`  ${join(facts, ', ')}`, 'dim')]] : []),
    ...row.evidence.map(each => evidenceLine(each, charset)),
  ];
}

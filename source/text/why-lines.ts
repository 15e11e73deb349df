/** A row explained: its class, evidence and members. */

import type { Row } from '../core/model/model.ts';
import { commandOf } from '../core/programs/process-name.ts';
import { nameOf, ownerOf } from '../core/rows/describe.ts';
import { missingProofOf } from '../core/rows/suspicion.ts';
import { isEnding } from '../core/termination/progress.ts';
import {
  escalationText,
  escalationTone,
  isOver,
  shownClass,
  shownClassTone,
} from './escalation-text.ts';
import { type Line, spansIn } from './line.ts';
import type { Charset } from './printable.ts';
import { bytes, duration, percent } from './units.ts';

/** Class, evidence and members of one row. */
export function whyLines(row: Row, now: number, charset: Charset): Line[] {
  const say = spansIn(charset);
  return [
    ...verdictLines(row, now, charset),
    ...row.processes.map(process => {
      const { pid, role, state, cpuPercent, rssBytes, reason } = process;
      const usage = `${percent(cpuPercent)}% ${bytes(rssBytes)}`;
      const words = `  pid ${pid} ${role} ${state} ${usage}: ${reason.text}: ${commandOf(process)}`;
      return [say(words, 'dim')];
    }),
  ];
}

/** Class and evidence of one row. */
export function verdictLines(row: Row, now: number, charset: Charset): Line[] {
  const say = spansIn(charset);
  const { task, type, parent, status, title, owner } = row;
  const facts = Object.entries({
    task,
    type,
    parent,
    status,
    title,
    owner: owner && ownerOf(owner),
  })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${value}`);
  if (row.cwd !== undefined) facts.push(`in ${row.cwd}`);
  if (row.startedAt !== undefined) {
    const time = duration(now - row.startedAt);
    facts.push(row.processes.length > 0 && !isOver(row) ? `for ${time}` : `started ${time} ago`);
  }
  const dot = charset === 'ascii' ? '-' : '·';
  const missing = isOver(row) ? undefined : missingProofOf(row);
  const stage = escalationText(row, now)?.[0];
  return [
    [
      say(nameOf(row), 'heading'),
      say(': '),
      say(shownClass(row), shownClassTone(row)),
      ...(row.confidence === undefined || isEnding(row.escalation)
        ? []
        : [say(` (${row.confidence})`)]),
      ...(stage === undefined ? [] : [say(`, ${stage}`, escalationTone(row))]),
    ],
    ...(facts.length > 0 ? [[say(`  ${facts.join(', ')}`, 'dim')]] : []),
    ...(isOver(row) && row.class !== 'ended' ? [[say('  before it was ended:', 'dim')]] : []),
    // One span each, which the screen can wrap.
    ...row.evidence.map(({ strength, text }) => [
      say(
        `  ${dot} ${strength}: ${text}`,
        strength === 'doubt' || strength === 'contradiction' ? 'problem' : 'plain',
      ),
    ]),
    ...(missing === undefined
      ? []
      : [[say(`  ${dot} suspected: ${missing}; only naming it ends it`, 'problem')]]),
  ];
}

/** A reconcile in words, for the terminal and the screen's dialog. */

import type { Report } from '../core/reconcile/reconcile.ts';
import { isEmpty, type ReconcilePlan } from '../core/reconcile/reconcile-plan.ts';
import { type Line, span } from './line.ts';
import { type Charset, printable, text } from './printable.ts';
import { counted } from './units.ts';

export function planLines(plan: ReconcilePlan, charset: Charset): Line[] {
  const lines: Line[] = [];
  for (const { workspace, taskFile, globalFile, changes, counts } of plan.places) {
    if (changes.length + counts.length === 0) continue;
    const path = taskFile ?? globalFile ?? workspace;
    lines.push([span(printable(path, charset), 'heading')]);
    for (const { says } of [...changes, ...counts])
      lines.push([span(text`  ${printable(says, charset)}`)]);
  }
  if (isEmpty(plan)) lines.push([span(printable('nothing to do: the registries agree'), 'live')]);
  if (plan.findings.length > 0) lines.push([span(printable('Not fixed by reconcile:'), 'heading')]);
  for (const { says } of plan.findings)
    lines.push([span(text`  ${printable(says, charset)}`, 'dim')]);
  return lines;
}

export function reportLines(report: Report, charset: Charset): Line[] {
  const made = report.outcomes.filter(outcome => outcome.skippedBecause === undefined);
  const left = report.outcomes.filter(outcome => outcome.skippedBecause !== undefined);
  return [
    ...report.failures.map(
      ({ path, reason }): Line => [
        span(text`failed  ${printable(path, charset)}: ${printable(reason, charset)}`, 'problem'),
      ],
    ),
    ...left.map(
      ({ change, skippedBecause: why }): Line => [
        span(
          text`skipped ${printable(change.agentId, charset)}: ${printable(why ?? '', charset)}`,
          'dim',
        ),
      ],
    ),
    ...report.written.map((path): Line => [span(text`written ${printable(path, charset)}`)]),
    ...report.backups.map((path): Line => [span(text`backup  ${printable(path, charset)}`)]),
    [
      span(
        text`${counted(made.length, 'change')} made, ${left.length} skipped, ${Math.round(report.durationMs)} ms`,
        report.failures.length > 0 ? 'problem' : 'live',
      ),
    ],
  ];
}

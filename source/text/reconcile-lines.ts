/** A reconcile in words, for the terminal and the screen's dialog. */

import { groupBy } from '../core/model/group-by.ts';
import type { Report } from '../core/reconcile/reconcile.ts';
import { isEmpty, type Place, type ReconcilePlan } from '../core/reconcile/reconcile-plan.ts';
import { type Line, type Say, spansIn } from './line.ts';
import type { Charset } from './printable.ts';
import { counted, seconds } from './units.ts';

export function planLines(plan: ReconcilePlan, charset: Charset): Line[] {
  const say = spansIn(charset);
  const { places, findings } = plan;
  return [
    ...[...groupBy(places, headingOf)].flatMap(([heading, own]) => {
      const all = own.flatMap(({ changes, counts }) => [...changes, ...counts]);
      return all.length === 0
        ? []
        : [[say(heading, 'heading')], ...all.map(({ says }) => [say(`  ${says}`)])];
    }),
    ...(isEmpty(plan) ? [nothingToDo(plan, say)] : []),
    ...(findings.length > 0 ? [[say('Not fixed by reconcile:', 'heading')]] : []),
    ...findings.map(({ says }) => [say(`  ${says}`, 'dim')]),
  ];
}

function nothingToDo({ places }: ReconcilePlan, say: Say): Line {
  return places.length > 0
    ? [say('nothing to do: the registries agree', 'live')]
    : [say('nothing to do: no registry was found', 'dim')];
}

/** All tasks of a database are under one heading. */
function headingOf({ workspace, taskFile, databaseFile, globalFile }: Place): string {
  return databaseFile ?? taskFile ?? globalFile ?? workspace;
}

export function reportLines(report: Report, charset: Charset): Line[] {
  const say = spansIn(charset);
  const { outcomes, failures, written, backups, durationMs } = report;
  const left = outcomes.filter(outcome => outcome.skippedBecause !== undefined);
  const made = counted(outcomes.length - left.length, 'change');
  return [
    ...failures.map(({ path, reason }) => [say(`failed  ${path}: ${reason}`, 'problem')]),
    ...left.map(({ change, skippedBecause: why }) => [
      say(`skipped ${change.agentId}: ${why}`, 'dim'),
    ]),
    ...written.map(path => [say(`written ${path}`)]),
    ...backups.map(path => [say(`backup  ${path}`)]),
    [
      say(
        `${made} made, ${left.length} skipped, ${seconds(durationMs)}`,
        failures.length > 0 ? 'problem' : 'live',
      ),
    ],
  ];
}

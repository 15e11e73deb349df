/** A dialog as lines: its text and the possible answers. */

import { isEmptySweep } from '../core/lifecycle/sweep.ts';
import { isEmpty, planSummary } from '../core/reconcile/reconcile-plan.ts';
import type { EndPlan } from '../core/termination/end-plan.ts';
import { type Dialog, isEnding, shutdownWord } from '../screen/state/dialog.ts';
import { endPlanLines } from '../text/kill-lines.ts';
import { type Line, span } from '../text/line.ts';
import { type Charset, printable, text } from '../text/printable.ts';
import { planLines, reportLines } from '../text/reconcile-lines.ts';
import { incompleteLines, shutdownLines } from '../text/shutdown-lines.ts';
import {
  sweepPlanLines,
  sweepReportLines,
  sweepSummary,
  warningLines,
} from '../text/sweep-lines.ts';

const titles = { reconcile: 'Reconcile', sweep: 'Sweep', shutdown: 'Shutdown' } as const;

/** @param isArmed whether it has been shown long enough to be answered: only then are answers offered. */
export function dialogLines(dialog: Dialog, isArmed: boolean, charset: Charset): Line[] {
  const title = (words: string): Line => [span(text` ${printable(words, charset)} `, 'title')];
  switch (dialog.kind) {
    case 'previewing':
      return [title(titles[dialog.what]), [], [span(printable('checking twice, 0.5 s apart'))]];
    case 'sweep':
      if (isEmptySweep(dialog.plan))
        return [title('Sweep'), ...sweepPlanLines(dialog.plan, charset)];
      return [
        title(`Sweep: ${sweepSummary(dialog.plan)}`),
        choice('y: clean up everything listed', isArmed),
        [],
        ...sweepPlanLines(dialog.plan, charset),
      ];
    case 'shutdown':
      return [
        title(`Shutdown: ${sweepSummary(dialog.plan)}`),
        [
          span(
            printable(`${isArmed ? `Type "${shutdownWord}" and press Enter ` : ''}(Esc cancels):`),
            'problem',
          ),
        ],
        [span(printable(` ${dialog.typed.padEnd(shutdownWord.length)} `, charset), 'cursor')],
        ...(dialog.wrong === undefined
          ? []
          : [
              [span(text`"${printable(dialog.wrong, charset)}" does not match; nothing was ended`)],
            ]),
        [],
        [span(printable('agents that start before the workspace is closed are ended too'), 'dim')],
        ...sweepPlanLines(dialog.plan, charset),
      ];
    case 'swept':
      return [
        title('Sweep'),
        ...sweepReportLines(dialog.report, charset),
        ...warningLines(dialog.report.warnings, charset),
      ];
    case 'shut down':
      return [
        title('Shutdown'),
        ...shutdownLines(dialog.report, charset),
        ...incompleteLines(dialog.report, charset),
      ];
    case 'preview': {
      if (isEmpty(dialog.plan)) return [title('Reconcile'), ...planLines(dialog.plan, charset)];
      return [
        title(`Reconcile: ${planSummary(dialog.plan)}`),
        choice('y: back up and update the registries', isArmed),
        [],
        ...planLines(dialog.plan, charset),
      ];
    }
    case 'writing':
      return [
        title(`Reconcile: ${planSummary(dialog.plan)}`),
        [],
        [span(printable('updating the registries'))],
      ];
    case 'report':
      return [title('Reconcile'), ...reportLines(dialog.report, charset)];
    case 'end': {
      const count = dialog.plan.targets.length;
      const verb = dialog.force ? 'Kill with SIGKILL' : 'End gracefully';
      return [
        title(`${verb}: ${count} ${count === 1 ? 'target' : 'targets'}`),
        ...(isEnding(dialog.plan) ? endQuestion(dialog.plan, dialog.force, isArmed) : []),
        [],
        ...endPlanLines(dialog.plan, charset),
      ];
    }
    case 'quit':
      return [
        title('Quit?'),
        choice('y: quit', isArmed),
        [],
        [
          span(
            text`${dialog.endings} ${printable(dialog.endings === 1 ? 'target is' : 'targets are')} still being ended. y sends SIGKILL, verifies and records the result, then quits.`,
          ),
        ],
      ];
    case 'refused':
      return [
        title('Nothing was changed'),
        ...dialog.reasons.map((reason): Line => [span(printable(reason, charset), 'problem')]),
      ];
  }
}

/** Cancel is offered at once, confirmation a moment later. */
function choice(ahead: string, isArmed: boolean): Line {
  return [
    span(printable(' > Cancel < '), 'cursor'),
    ...(isArmed ? [span(printable(`  ${ahead}`), 'dim')] : []),
  ];
}

/** An interactive agent gets its own warning. */
function endQuestion({ targets }: EndPlan, force: boolean, isArmed: boolean): Line[] {
  const isInteractive = targets.some(each => each.class === 'interactive' && !each.refused);
  const isNothingAlive = targets.every(({ members, session }) => members.length === 0 && !session);
  return [
    choice(
      isNothingAlive
        ? 'y: nothing is running; mark it terminated in the registry'
        : force
          ? 'y: SIGKILL every process marked "end"'
          : 'y: SIGTERM, then SIGKILL for any process still running',
      isArmed,
    ),
    ...(isInteractive
      ? [
          [
            span(
              printable('Someone is using this agent in a terminal. y ends it anyway.'),
              'problem',
            ),
          ],
        ]
      : []),
  ];
}

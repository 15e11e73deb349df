/** A dialog as lines: what it says, and what can be answered. */
import { type Dialog, isEnding, shutdownWord } from '../core/dialog.ts';
import { isEmptySweep } from '../core/lifecycle/sweep.ts';
import { isEmpty, planSummary } from '../core/reconcile/plan.ts';
import type { EndPlan } from '../core/termination/plan.ts';
import { endPlanLines } from './kill-lines.ts';
import { type Line, span } from './line.ts';
import { type Charset, printable, text } from './printable.ts';
import { planLines, reportLines } from './reconcile-lines.ts';
import { incompleteLines, shutdownLines } from './shutdown-lines.ts';
import { sweepPlanLines, sweepReportLines, sweepSummary, troubleLines } from './sweep-lines.ts';

const titles = { reconcile: 'Reconcile', sweep: 'Sweep', shutdown: 'Shutdown' } as const;

/** @param isArmed it has been shown for long enough to be answered: until then no answer is offered. */
export function dialogLines(dialog: Dialog, isArmed: boolean, charset: Charset): Line[] {
  const title = (words: string): Line => [span(text` ${printable(words, charset)} `, 'title')];
  switch (dialog.kind) {
    case 'surveying':
      return [
        title(titles[dialog.what]),
        [],
        [span(printable('looking twice, half a second apart'))],
      ];
    case 'sweep':
      if (isEmptySweep(dialog.plan))
        return [title('Sweep'), ...sweepPlanLines(dialog.plan, charset)];
      return [
        title(`Sweep: ${sweepSummary(dialog.plan)}`),
        choice('y cleans up what is listed', isArmed),
        [],
        ...sweepPlanLines(dialog.plan, charset),
      ];
    case 'shutdown':
      return [
        title(`Shutdown: ${sweepSummary(dialog.plan)}`),
        [
          span(
            printable(isArmed ? `type ${shutdownWord} and Enter; Esc cancels: ` : 'Esc cancels: '),
            'problem',
          ),
          span(printable(` ${dialog.typed.padEnd(shutdownWord.length)} `, charset), 'cursor'),
        ],
        ...(dialog.wrong === undefined
          ? []
          : [[span(text`"${printable(dialog.wrong, charset)}" is not the word: nobody is ended`)]]),
        [],
        [span(printable('who comes before the doors are closed is ended with them'), 'dim')],
        ...sweepPlanLines(dialog.plan, charset),
      ];
    case 'swept':
      return [
        title('Sweep'),
        ...sweepReportLines(dialog.report, charset),
        ...troubleLines(dialog.report.troubles, charset),
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
        choice('y changes the registries; a backup is made first', isArmed),
        [],
        ...planLines(dialog.plan, charset),
      ];
    }
    case 'writing':
      return [
        title(`Reconcile: ${planSummary(dialog.plan)}`),
        [],
        [span(printable('changing the registries'))],
      ];
    case 'report':
      return [title('Reconcile'), ...reportLines(dialog.report, charset)];
    case 'end': {
      const count = dialog.plan.targets.length;
      const verb = dialog.force ? 'SIGKILL now' : 'End gracefully';
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
        choice('y quits', isArmed),
        [],
        [
          span(
            text`${dialog.endings} ${printable(dialog.endings === 1 ? 'ending is' : 'endings are')} under way. With y they are finished with SIGKILL, verified and recorded first.`,
          ),
        ],
      ];
    case 'refused':
      return [
        title('Nothing is changed'),
        ...dialog.reasons.map((reason): Line => [span(printable(reason, charset), 'problem')]),
      ];
  }
}

/** Cancel stands there at once, the way ahead a moment later. */
function choice(ahead: string, isArmed: boolean): Line {
  return [
    span(printable(' > Cancel < '), 'cursor'),
    ...(isArmed ? [span(printable(`  ${ahead}`), 'dim')] : []),
  ];
}

/** A person's agent is asked about in words of its own. */
function endQuestion({ targets }: EndPlan, force: boolean, isArmed: boolean): Line[] {
  const isPersons = targets.some(each => each.class === 'interactive' && !each.refused);
  const isNobody = targets.every(({ members, session }) => members.length === 0 && !session);
  return [
    choice(
      isNobody
        ? 'y: nobody is alive: closes what is on record'
        : force
          ? 'y: SIGKILL to what is listed as end'
          : 'y: SIGTERM, and SIGKILL to who is left after the attempts',
      isArmed,
    ),
    ...(isPersons
      ? [[span(printable('A person runs this on a terminal: y ends their agent.'), 'problem')]]
      : []),
  ];
}

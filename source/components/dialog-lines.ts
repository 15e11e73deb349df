/** A dialog as lines: its text and the possible answers. */

import { isEmptySweep } from '../core/lifecycle/sweep.ts';
import { isEmpty, planSummary } from '../core/reconcile/reconcile-plan.ts';
import type { EndPlan } from '../core/termination/end-plan.ts';
import { signalledTargets } from '../core/termination/send-signal.ts';
import { type Dialog, isEnding, shutdownWord } from '../screen/state/dialog.ts';
import { endPlanLines } from '../text/kill-lines.ts';
import { type Line, spansIn } from '../text/line.ts';
import type { Charset } from '../text/printable.ts';
import { planLines, reportLines } from '../text/reconcile-lines.ts';
import { rescuePlanLines } from '../text/rescue-lines.ts';
import { incompleteWords, shutdownLines } from '../text/shutdown-lines.ts';
import { signalPlanLines } from '../text/signal-lines.ts';
import { sweepPlanLines, sweepReportLines, sweepSummary } from '../text/sweep-lines.ts';
import { counted } from '../text/units.ts';
import { farDialogLines, notRead } from './far-dialog.ts';
import { reasonLine } from './reason-line.ts';

const titles = { reconcile: 'Reconcile', sweep: 'Sweep', shutdown: 'Shutdown' } as const;

/** @param isArmed whether it has been shown long enough to be answered: only then are answers offered.
 * @param machine the name of this one, if others are on the screen. */
export function dialogLines(
  dialog: Dialog,
  isArmed: boolean,
  charset: Charset,
  machine?: string,
): Line[] {
  const say = spansIn(charset);
  const here = machine === undefined ? '' : ` on ${machine}`;
  const title = (words: string) => [say(` ${words}${here} `, 'title')];
  const problems = (all: readonly string[]) => all.map(words => [say(words, 'problem')]);
  // Cancel is offered at once, confirmation a moment later.
  const choice = (ahead: string) => [
    say(' > Cancel < ', 'cursor'),
    ...(isArmed ? [say(`  ${ahead}`, 'dim')] : []),
  ];
  switch (dialog.kind) {
    case 'previewing':
      return [title(titles[dialog.what]), [], [say('checking twice, 0.5 s apart')]];
    case 'sweep': {
      const { plan } = dialog;
      const head = isEmptySweep(plan)
        ? [title('Sweep')]
        : [
            title(`Sweep: ${sweepSummary(plan)}`),
            choice('y: clean up everything listed'),
            ...reasonLine(dialog, say),
            [],
          ];
      return [...head, ...sweepPlanLines(plan, charset)];
    }
    case 'shutdown': {
      const { plan, typed, wrong } = dialog;
      const order = isArmed ? `Type "${shutdownWord}" and press Enter ` : notRead;
      return [
        title(`Shutdown: ${sweepSummary(plan)}`),
        [say(`${order}(Esc cancels):`, 'problem')],
        [say(` ${typed.padEnd(shutdownWord.length)} `, 'cursor')],
        ...(wrong === undefined ? [] : [[say(`"${wrong}" does not match; nothing was ended`)]]),
        [],
        [say('agents that start before the workspace is closed are ended too', 'dim')],
        ...sweepPlanLines(plan, charset),
      ];
    }
    case 'swept':
      return [
        title('Sweep'),
        ...sweepReportLines(dialog.report, charset),
        ...problems(dialog.report.warnings),
      ];
    case 'shut down':
      return [
        title('Shutdown'),
        ...shutdownLines(dialog.report, charset),
        ...problems(incompleteWords(dialog.report)),
      ];
    case 'preview': {
      const { plan } = dialog;
      const answer = 'y: back up and update the registries';
      const head = isEmpty(plan)
        ? [title('Reconcile')]
        : [title(`Reconcile: ${planSummary(plan)}`), choice(answer), []];
      return [...head, ...planLines(plan, charset)];
    }
    case 'writing':
      return [
        title(`Reconcile: ${planSummary(dialog.plan)}`),
        [],
        [say('updating the registries')],
      ];
    case 'report':
      return [title('Reconcile'), ...reportLines(dialog.report, charset)];
    case 'end': {
      const { plan, force } = dialog;
      const verb = force ? 'Kill with SIGKILL' : 'End gracefully';
      return [
        title(`${verb}: ${targetsText(plan)}`),
        ...(isEnding(plan) ? [choice(endAnswer(plan, force)), ...reasonLine(dialog, say)] : []),
        // An interactive agent gets its own warning.
        ...problems(isEnding(plan) && isInUse(plan) ? [inUseWarning] : []),
        [],
        ...endPlanLines(plan, charset),
      ];
    }
    case 'signal': {
      const { plan, signal } = dialog;
      const processes = signalledTargets(plan).flatMap(({ members }) => members).length;
      return [
        title(`Send ${signal}: ${counted(processes, 'process', 'processes')}`),
        ...(processes > 0
          ? [choice(`y: ${signal} once to every process marked "send"`)]
          : [[say('no process to signal')]]),
        ...problems(processes > 0 && isInUse(plan) ? [inUseSignal] : []),
        [],
        ...signalPlanLines(plan, charset),
      ];
    }
    case 'rescue': {
      const { servers } = dialog.plan;
      return [
        title(`Rescue: ${counted(servers.length, 'tmux server')}`),
        ...(servers.length > 0 ? [choice('y: SIGUSR1 once to each')] : []),
        [],
        ...rescuePlanLines(dialog.plan, charset),
      ];
    }
    case 'far planning':
    case 'far':
    case 'far done':
      return farDialogLines(dialog, isArmed, charset);
    case 'quit': {
      const targets = dialog.endings === 1 ? 'target is' : 'targets are';
      return [
        [say(' Quit? ', 'title')],
        choice('y: quit'),
        [],
        [
          say(
            `${dialog.endings} ${targets} still being ended. y sends SIGKILL, verifies and records the result, then quits.`,
          ),
        ],
      ];
    }
    case 'refused':
      return [[say(' Nothing was changed ', 'title')], ...problems(dialog.reasons)];
  }
}

const inUseWarning = 'Someone is using this agent in a terminal. y ends it anyway.';
const inUseSignal = 'Someone is using this agent in a terminal. y signals it anyway.';

function isInUse({ targets }: EndPlan): boolean {
  return targets.some(each => each.class === 'interactive' && !each.refused);
}

function endAnswer({ targets }: EndPlan, force: boolean): string {
  if (targets.every(({ members, session }) => members.length === 0 && !session))
    return 'y: nothing is running; mark it terminated in the registry';
  return force
    ? 'y: SIGKILL every process marked "end"'
    : 'y: SIGTERM, then SIGKILL for any process still running';
}

/** `3 targets`; `1 of 3 targets, 2 refused`. */
function targetsText({ targets }: EndPlan): string {
  const refused = targets.filter(target => target.refused !== undefined).length;
  const all = counted(targets.length, 'target');
  return refused === 0 ? all : `${targets.length - refused} of ${all}, ${refused} refused`;
}

/** Outcomes of what the guard did, as events. */
import type { EndPlan } from '../core/termination/end-plan.ts';
import { type EndReport, isDead } from '../core/termination/run-plan.ts';
import { nameOfTarget } from '../core/termination/target-name.ts';
import { counted } from '../text/units.ts';
import type { Ready } from './decide.ts';

/** One event, without its time. */
export type Said = {
  readonly event: string;
  readonly text: string;
  /** What makes it another event, if not its text. */
  readonly about?: readonly string[];
} & Readonly<Record<string, unknown>>;

export type Outcome = {
  readonly said: readonly Said[];
  /** Rows that were ended, or found refused: they count for the limit of endings only if ended. */
  readonly ended: number;
  /** Keys of rows that should have been ended and were not. */
  readonly failed: ReadonlySet<string>;
  readonly ok: boolean;
};

export const nothing: Outcome = { said: [], ended: 0, failed: new Set(), ok: true };

/** `guard: limit (memory 5.1G of 4.0G)`, for the registry and the audit log. */
export function reasonOf(ready: readonly Ready[]): string {
  const [first] = ready;
  const subjects = [...new Set(ready.map(({ subject }) => subject))].join(', ');
  const isCondition = first !== undefined && first.row.class !== first.subject;
  return ready.length === 1 && isCondition
    ? `ended by vigil watch: ${subjects} (${first.text})`
    : `ended by vigil watch: ${subjects || 'sweep'}`;
}

export function endingOf(report: EndReport): Outcome {
  const results = report.ends.map(({ result }) => result);
  const attempted = results.filter(({ outcome }) => outcome !== 'refused');
  const failed = attempted.filter(result => !isDead(result)).map(({ target }) => target.key);
  return { said: [], ended: attempted.length, failed: new Set(failed), ok: report.ok };
}

export function namesIn({ targets }: EndPlan): string[] {
  return targets.filter(({ refused }) => refused === undefined).map(nameOfTarget);
}

export function outcomesIn({ ends }: EndReport): string[] {
  return ends
    .filter(({ result }) => result.outcome !== 'refused')
    .map(({ result }) => `${nameOfTarget(result.target)} ${result.outcome}`);
}

export function resultsIn({ ends }: EndReport) {
  return ends.map(({ result: { target, outcome, escalated, durationMs } }) => ({
    ...{ target: target.key, name: nameOfTarget(target), agentId: target.agentId },
    ...{ class: target.class, outcome, escalated, durationMs },
  }));
}

export function refusalsIn({ targets }: EndPlan): Said[] {
  return targets.flatMap(target =>
    target.refused === undefined
      ? []
      : [
          {
            event: 'held-back',
            text: `${nameOfTarget(target)} is skipped: ${target.refused.text}`,
            target: target.key,
            kind: target.refused.kind,
          },
        ],
  );
}

export function heldBack(what: string, reasons: readonly string[]): Outcome {
  const text = `nothing was changed (${what}): ${reasons.join('; ')}`;
  return { ...nothing, ok: false, said: [{ event: 'held-back', text, kind: 'unread' }] };
}

export function warning(text: string): Said {
  return { event: 'warning', text };
}

/** Names up to a number that fits a line. */
export function listed(summary: string, names: readonly string[]): string {
  if (names.length === 0) return summary;
  const shown = names.slice(0, mostNames).join(', ');
  const more = names.length - mostNames;
  return `${summary} (${shown}${more > 0 ? ` and ${counted(more, 'other')}` : ''})`;
}

const mostNames = 8;

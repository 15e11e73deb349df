/** The outcome of one target, with the terms of docs/json.md. */

import type { Process } from '../model/model.ts';
import { describeProcess } from '../programs/process-name.ts';
import type { Member } from './kill-set.ts';
import type { ProcessOutcome, TargetOutcome } from './progress.ts';
import type { Spared } from './spare.ts';
import type { EndTarget, Refused } from './target.ts';
import type { Sent, Termination } from './termination.ts';

export type TargetResult = {
  readonly target: EndTarget;
  readonly outcome: TargetOutcome;
  readonly processes: readonly (Member & { readonly outcome: ProcessOutcome })[];
  readonly signals: readonly Sent[];
  readonly spared: readonly Spared[];
  readonly escalated: boolean;
  /** Waits for its processes to exit; 0 if SIGKILL was sent at once. */
  readonly attempts: number;
  readonly durationMs: number;
  readonly errors: readonly string[];
  /** What was started in its place. */
  readonly restarted?: readonly Process[];
};

/** @param now monotonic clock, milliseconds. */
export function resultOf(termination: Termination, now: number): TargetResult {
  const processes = termination
    .members()
    .map(member => ({ ...member, outcome: termination.outcomeOf(member) }));
  const { sent, stage } = termination;
  return {
    target: termination.target,
    outcome: worst(processes.map(each => each.outcome)),
    processes,
    signals: [...sent],
    spared: termination.spared(),
    escalated: sent.some(each => each.signal === 'SIGKILL' && each.result === 'sent'),
    attempts: termination.attempts,
    durationMs: Math.round(now - termination.startedAt),
    errors: [
      ...(stage.stage === 'failed' ? [stage.reason] : []),
      ...termination.alive().map(process => survivalOf(process, termination)),
    ],
  };
}

export function refusedResult(target: Refused): TargetResult {
  return {
    target,
    outcome: 'refused',
    processes: [],
    signals: [],
    spared: target.spared,
    escalated: false,
    attempts: 0,
    durationMs: 0,
    errors: [target.refused.text],
  };
}

/** Without any process the target had already vanished. */
function worst(outcomes: readonly ProcessOutcome[]): ProcessOutcome {
  const worstFirst = ['denied', 'survived', 'killed', 'exited'] as const;
  return worstFirst.find(outcome => outcomes.includes(outcome)) ?? 'vanished';
}

function survivalOf(process: Process, termination: Termination): string {
  if (termination.outcomeOf(process) === 'denied')
    return `${describeProcess(process)}: not permitted to signal it`;
  const holder = holders.get(process.state);
  return `${describeProcess(process)}: survived (${process.state})${holder === undefined ? '' : `: ${holder}`}`;
}

/** Why a killed process remains, by its state. A tracer that requests exit stops and never handles them holds a
 * process as firmly as the kernel. */
const holders: ReadonlyMap<string, string> = new Map([
  ['D', 'blocked in the kernel; exits when the call returns'],
  ['t', 'held by a debugger; exits when it detaches'],
]);

/** The target came back: it counts as survived, and its entry is not closed. */
export function respawned(result: TargetResult, processes: readonly Process[]): TargetResult {
  return {
    ...result,
    outcome: 'survived',
    errors: [...result.errors, ...processes.map(restartText)],
    restarted: [...(result.restarted ?? []), ...processes],
  };
}

export function restartText(process: Process): string {
  return `restarted as ${describeProcess(process)}, parent pid ${process.ppid}`;
}

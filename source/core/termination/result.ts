/** What became of one target, in the words of docs/json.md. */

import type { Process } from '../model/model.ts';
import { describeProcess } from '../programs/process-name.ts';
import type { Ending, Sent } from './ending.ts';
import type { Member } from './kill-set.ts';
import type { ProcessOutcome, TargetOutcome } from './progress.ts';
import type { Spared } from './spare.ts';
import type { EndTarget, Refused } from './target.ts';

export type TargetResult = {
  readonly target: EndTarget;
  readonly outcome: TargetOutcome;
  readonly processes: readonly (Member & { readonly outcome: ProcessOutcome })[];
  readonly signals: readonly (Sent & { readonly afterMs: number })[];
  readonly spared: readonly Spared[];
  readonly escalated: boolean;
  readonly durationMs: number;
  readonly errors: readonly string[];
};

/** @param now steady clock. */
export function resultOf(ending: Ending, now: number): TargetResult {
  const processes = ending
    .members()
    .map(member => ({ ...member, outcome: ending.outcomeOf(member) }));
  const signals = ending.sent.map(each => ({
    ...each,
    afterMs: Math.round(each.at - ending.startedAt),
  }));
  const { stage } = ending;
  return {
    target: ending.target,
    outcome: worst(processes.map(each => each.outcome)),
    processes,
    signals,
    spared: ending.spared(),
    escalated: ending.sent.some(each => each.signal === 'SIGKILL' && each.result === 'sent'),
    durationMs: Math.round(now - ending.startedAt),
    errors: [
      ...(stage.stage === 'failed' ? [stage.reason] : []),
      ...ending.alive().map(process => survivalOf(process, ending)),
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
    durationMs: 0,
    errors: [target.refused.text],
  };
}

/** Nobody there to begin with had vanished. */
function worst(outcomes: readonly ProcessOutcome[]): ProcessOutcome {
  for (const outcome of ['denied', 'survived', 'killed', 'exited'] as const)
    if (outcomes.includes(outcome)) return outcome;
  return 'vanished';
}

function survivalOf(process: Process, ending: Ending): string {
  const member = ending.member(process);
  const isDenied = member !== undefined && ending.outcomeOf(member) === 'denied';
  const holder = holders.get(process.state);
  const survived = `survived (${process.state})${holder === undefined ? '' : `: ${holder}`}`;
  return `${describeProcess(process)}: ${isDenied ? 'not permitted to signal it' : survived}`;
}

/** What keeps a process that was killed, by its state: a debugger that wants to see exits and does not
 * look holds its dead as well as the kernel does. */
const holders: ReadonlyMap<string, string> = new Map([
  ['D', 'blocked in the kernel; exits when the call returns'],
  ['t', 'held by a debugger; exits when it detaches'],
]);

/** It was gone and is there again: nothing was ended for good, and nothing is closed in the record. */
export function respawned(result: TargetResult, processes: readonly Process[]): TargetResult {
  const errors = processes.map(
    process => `restarted as ${describeProcess(process)}, parent pid ${process.ppid}`,
  );
  return { ...result, outcome: 'survived', errors: [...result.errors, ...errors] };
}

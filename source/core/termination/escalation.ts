/** The course of one ending as one pure function: stage × sighting × time → stage. It decides when to
 * go on; what is signalled when a stage is entered is in `end.ts`. */
import { killingMs, mostKillRounds, type Policy, verifyMs } from './policy.ts';
import type { Escalation } from './progress.ts';

/** `unknown`: we could not look. It never signals and never proves a death. */
export type Sighting = 'alive' | 'gone' | 'unknown';

export type Stage =
  | { readonly stage: 'asked'; readonly deadline: number }
  | {
      readonly stage: 'terminating';
      readonly attempt: number;
      readonly of: number;
      readonly deadline: number;
    }
  | { readonly stage: 'killing'; readonly round: number; readonly deadline: number }
  /** Nobody was seen since; `from` goes on where somebody is seen again. */
  | { readonly stage: 'verifying'; readonly since: number; readonly from: OpenStage }
  | { readonly stage: 'gone' }
  | { readonly stage: 'failed'; readonly reason: string };

export type OpenStage = Extract<Stage, { stage: 'asked' | 'terminating' | 'killing' }>;

/** @param now a steady clock, milliseconds. */
export function firstStage(policy: Policy, now: number): OpenStage {
  if (policy.force) return { stage: 'killing', round: 1, deadline: now + killingMs };
  if (policy.askMs !== undefined) return { stage: 'asked', deadline: now + policy.askMs };
  return terminating(policy, 1, now);
}

export function isFinal(stage: Stage): boolean {
  return stage.stage === 'gone' || stage.stage === 'failed';
}

export function step(current: Stage, sighting: Sighting, now: number, policy: Policy): Stage {
  switch (current.stage) {
    case 'gone':
    case 'failed':
      return current;
    case 'verifying':
      if (sighting === 'alive') return step(current.from, sighting, now, policy);
      if (sighting === 'unknown') return current;
      return now - current.since >= verifyMs ? { stage: 'gone' } : current;
    case 'asked':
    case 'terminating':
      if (sighting === 'gone') return { stage: 'verifying', since: now, from: current };
      if (now < current.deadline) return current;
      return later(current, policy, now);
    case 'killing':
      if (sighting === 'gone') return { stage: 'verifying', since: now, from: current };
      if (now >= current.deadline || current.round >= mostKillRounds)
        return {
          stage: 'failed',
          reason:
            sighting === 'unknown'
              ? 'the process table could not be read'
              : `alive after SIGKILL, ${current.round} rounds`,
        };
      return sighting === 'alive' && now >= endOfRound(current)
        ? { ...current, round: current.round + 1 }
        : current;
  }
}

/** Close together at first, for those that fork and respawn; then ever further apart, so that whoever
 * takes seconds to die has all the time there is. */
function endOfRound({ round, deadline }: Extract<Stage, { stage: 'killing' }>): number {
  return deadline - killingMs * (1 - (round / mostKillRounds) ** 2);
}

function later(
  current: Extract<Stage, { stage: 'asked' | 'terminating' }>,
  policy: Policy,
  now: number,
): OpenStage {
  if (current.stage === 'asked') return terminating(policy, 1, now);
  if (current.attempt < policy.attemptMs.length)
    return terminating(policy, current.attempt + 1, now);
  return { stage: 'killing', round: 1, deadline: now + killingMs };
}

/** With no attempt at all the first one waits for nothing. */
function terminating(policy: Policy, attempt: number, now: number): OpenStage {
  return {
    stage: 'terminating',
    attempt,
    of: Math.max(1, policy.attemptMs.length),
    deadline: now + (policy.attemptMs[attempt - 1] ?? 0),
  };
}

/** One moment: epoch milliseconds, and the clock that stages count on. */
export type Clocks = { readonly wall: number; readonly steady: number };

/** A stage as rows and the kill journal tell it. */
export function escalationOf(stage: Stage, { wall, steady }: Clocks): Escalation {
  const at = (deadline: number) => wall + (deadline - steady);
  switch (stage.stage) {
    case 'asked':
    case 'terminating':
      return { ...stage, deadline: at(stage.deadline) };
    case 'killing':
    case 'verifying':
    case 'gone':
    case 'failed':
      return { stage: stage.stage };
  }
}

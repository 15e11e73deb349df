/** The state machine of one termination, as a pure function: stage × sighting × time → stage. The signals of each
 * stage are sent in `end.ts`. */
import { killingMs, maxKillRounds, type Policy, verifyMs } from './policy.ts';
import type { Escalation } from './progress.ts';

/** `unknown`: the process table could not be read; it neither triggers signals nor proves an exit. */
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
  /** No member seen since; resumes stage `from` if one reappears. */
  | { readonly stage: 'verifying'; readonly since: number; readonly from: OpenStage }
  | { readonly stage: 'gone' }
  | { readonly stage: 'failed'; readonly reason: string };

export type OpenStage = Extract<Stage, { stage: 'asked' | 'terminating' | 'killing' }>;

/** @param now monotonic clock, milliseconds. */
export function firstStage(policy: Policy, now: number): OpenStage {
  if (policy.force) return { stage: 'killing', round: 1, deadline: now + killingMs };
  if (policy.softSignalMs !== undefined)
    return { stage: 'asked', deadline: now + policy.softSignalMs };
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
      return nextStage(current, policy, now);
    case 'killing':
      if (sighting === 'gone') return { stage: 'verifying', since: now, from: current };
      if (now >= current.deadline || current.round >= maxKillRounds)
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

/** Rounds start close together, to catch processes that fork or respawn, and grow longer, so that slow exits
 * get the full time. */
function endOfRound({ round, deadline }: Extract<Stage, { stage: 'killing' }>): number {
  return deadline - killingMs * (1 - (round / maxKillRounds) ** 2);
}

function nextStage(
  current: Extract<Stage, { stage: 'asked' | 'terminating' }>,
  policy: Policy,
  now: number,
): OpenStage {
  if (current.stage === 'asked') return terminating(policy, 1, now);
  if (current.attempt < policy.attemptMs.length)
    return terminating(policy, current.attempt + 1, now);
  return { stage: 'killing', round: 1, deadline: now + killingMs };
}

/** If no attempts are configured, a single one without a wait is made. */
function terminating(policy: Policy, attempt: number, now: number): OpenStage {
  return {
    stage: 'terminating',
    attempt,
    of: Math.max(1, policy.attemptMs.length),
    deadline: now + (policy.attemptMs[attempt - 1] ?? 0),
  };
}

/** One instant on both clocks: epoch milliseconds, and the monotonic clock of the stages. */
export type Clocks = { readonly wall: number; readonly steady: number };

/** A stage as shown in rows and written to the kill journal. */
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

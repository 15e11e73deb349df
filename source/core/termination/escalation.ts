/** The state machine of one termination, as a pure function: stage × sighting × time → stage. The signals of each
 * stage are sent in `end.ts`. */
import { killingMs, maxKillRounds, type Policy, verifyMs } from './policy.ts';
import type { Escalation } from './progress.ts';

/** `denied`: what is alive may not be signalled. `unknown`: the process table could not be read; it neither triggers
 * signals nor proves an exit. */
export type Sighting = 'alive' | 'denied' | 'gone' | 'unknown';

/** Its deadline is of the monotonic clock. */
type Graceful = Extract<Escalation, { readonly deadline: number }>;
type Killing = { readonly stage: 'killing'; readonly round: number; readonly deadline: number };
type Open = Graceful | Killing;

export type Stage =
  | Open
  /** No member seen since; resumes stage `from` if one reappears. */
  | { readonly stage: 'verifying'; readonly since: number; readonly from: Open }
  | { readonly stage: 'gone' }
  | { readonly stage: 'failed'; readonly reason: string };

/** @param now monotonic clock, milliseconds. */
export function firstStage(policy: Policy, now: number): Open {
  if (policy.force) return killing(now);
  if (policy.softSignalMs !== undefined)
    return { stage: 'asked', deadline: now + policy.softSignalMs };
  return terminating(policy, 1, now);
}

function killing(now: number): Killing {
  return { stage: 'killing', round: 1, deadline: now + killingMs };
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
      if (sighting === 'alive' || sighting === 'denied')
        return step(current.from, sighting, now, policy);
      if (sighting === 'unknown') return current;
      return now - current.since >= verifyMs ? { stage: 'gone' } : current;
    case 'asked':
    case 'terminating':
      if (sighting === 'denied') return notPermitted;
      if (sighting === 'gone') return { stage: 'verifying', since: now, from: current };
      if (now < current.deadline) return current;
      return stageAfter(current, policy, now);
    case 'killing':
      if (sighting === 'denied') return notPermitted;
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

/** More signals would be refused as well. */
const notPermitted: Stage = { stage: 'failed', reason: 'what remains may not be signalled' };

/** Rounds start close together, to catch processes that fork or respawn, and grow longer, so that slow exits
 * get the full time. */
function endOfRound({ round, deadline }: Killing): number {
  return deadline - killingMs * (1 - (round / maxKillRounds) ** 2);
}

function stageAfter(current: Graceful, policy: Policy, now: number): Open {
  if (current.stage === 'asked') return terminating(policy, 1, now);
  const { attempt, of } = current;
  return attempt < of ? terminating(policy, attempt + 1, now) : killing(now);
}

/** If no attempts are configured, a single one without a wait is made. */
function terminating(policy: Policy, attempt: number, now: number): Graceful {
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
  return stage.stage === 'asked' || stage.stage === 'terminating'
    ? { ...stage, deadline: wall + (stage.deadline - steady) }
    : { stage: stage.stage };
}

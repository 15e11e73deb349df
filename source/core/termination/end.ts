/** Terminates the targets of a plan: polls, advances each termination's stage, signals when a stage is entered,
 * and reports events. Every process that vigil ends goes through here. */

import type { Origin, Process } from '../model/model.ts';
import type { Host } from '../ports/host.ts';
import type { Processes } from '../ports/processes.ts';
import type { SessionControl } from '../ports/sessions.ts';
import type { Recogniser } from '../programs/recognise.ts';
import { escalationOf, firstStage, isFinal, type Stage, step } from './escalation.ts';
import { freezeAndKill } from './freeze.ts';
import type { Policy } from './policy.ts';
import { pollFor } from './poll-for.ts';
import { resultOf, type TargetResult } from './result.ts';
import type { SpareRules } from './spare.ts';
import type { Ended } from './target.ts';
import { createTermination, type Termination } from './termination.ts';

export type EndEvent =
  | { readonly kind: 'staged'; readonly key: string; readonly stage: Stage }
  | { readonly kind: 'ended'; readonly key: string; readonly result: TargetResult }
  /** A member is running again after the target was gone. */
  | { readonly kind: 'respawned'; readonly key: string; readonly processes: readonly Process[] };

export type EndPorts = Pick<Host, 'auditLog' | 'clock' | 'control' | 'killJournal'> & {
  readonly processes: Pick<Processes, 'read' | 'readOrigins'>;
  readonly sessions: Pick<SessionControl, 'kill'>;
};

export type EndOptions = {
  readonly policy: Policy;
  readonly reason: string;
  readonly spare: SpareRules;
  readonly recogniser: Recogniser;
  /** When aborted, escalates to SIGKILL immediately. */
  readonly escalateNow?: AbortSignal;
};

/** Concurrent terminations. They share one process table, and a hanging one delays no other. */
const maxConcurrent = 64;
/** Poll interval while watching for respawns. */
const settlePollMs = 50;
/** Longest wait for tmux before the first signals; a hanging server must not delay them. */
const sessionWaitMs = 200;

export async function* end(
  host: EndPorts,
  targets: readonly Ended[],
  options: EndOptions,
): AsyncGenerator<EndEvent> {
  const { auditLog, clock, control, killJournal } = host;
  const { policy, reason, spare } = options;
  const waiting = [...targets];
  const running: Termination[] = [];
  const all: Termination[] = [];
  /** Gone, and still watched for respawns. */
  const settling: Termination[] = [];
  const sessions = new Map<Termination, Promise<unknown>>();
  const startedAt = clock.now();
  let origins: ReadonlyMap<number, Origin> = new Map();
  const poll = async () => {
    const polled = await pollFor(
      host.processes,
      [...running, ...settling],
      options.recogniser,
      startedAt,
    );
    origins = polled.origins;
    return polled.table;
  };
  try {
    while (waiting.length + running.length > 0) {
      const started: Termination[] = [];
      while (running.length < maxConcurrent && waiting.length > 0) {
        const now = clock.steadyNow();
        const target = waiting.shift() as Ended;
        const stage = firstStage(policy, now);
        const termination = createTermination({
          target,
          stage,
          spare,
          origins: () => origins,
          control,
          auditLog,
          reason,
          now: () => clock.steadyNow(),
        });
        running.push(termination);
        all.push(termination);
        started.push(termination);
      }
      let table = started.length > 0 ? await poll() : undefined;
      for (const termination of started) {
        termination.update(table);
        killJournal.record(termination.target.key, termination.members());
        yield { kind: 'staged', key: termination.target.key, stage: termination.stage };
      }
      recordStages(started);
      await enter(started);
      await clock.sleep(pollDelay(running, clock.steadyNow()), undefined);
      table = await poll();
      const entered: Termination[] = [];
      for (const termination of running) {
        const before = termination.stage;
        const now = clock.steadyNow();
        const next = escalated(step(before, termination.update(table), now, policy), options, now);
        if (next === before) continue;
        termination.stage = next;
        if (isReported(before, next)) {
          entered.push(termination);
          yield { kind: 'staged', key: termination.target.key, stage: next };
        }
      }
      recordStages(entered);
      await enter(entered);
      for (const termination of running.filter(each => isFinal(each.stage))) {
        running.splice(running.indexOf(termination), 1);
        if (termination.stage.stage === 'gone') settling.push(termination);
        resumeSurvivors(termination);
        const result = resultOf(termination, clock.steadyNow());
        yield { kind: 'ended', key: termination.target.key, result };
      }
    }
    // All outcomes are reported; now watch for respawns.
    const until = clock.steadyNow() + policy.settleMs;
    while (settling.length > 0 && clock.steadyNow() < until) {
      await clock.sleep(settlePollMs);
      const table = await poll();
      for (const termination of settling.filter(each => each.update(table) === 'alive')) {
        settling.splice(settling.indexOf(termination), 1);
        yield { kind: 'respawned', key: termination.target.key, processes: termination.alive() };
      }
    }
  } finally {
    for (const termination of running) resumeSurvivors(termination);
    for (const termination of all) {
      control.release(termination.members());
      killJournal.release(termination.target.key, termination.members());
    }
  }

  function recordStages(terminations: readonly Termination[]): void {
    if (terminations.length === 0) return;
    const times = { wall: clock.now(), steady: clock.steadyNow() };
    killJournal.recordStages(
      new Map(terminations.map(({ target, stage }) => [target.key, escalationOf(stage, times)])),
    );
  }

  /** Sends the signals that a stage begins with. */
  async function enter(entered: readonly Termination[]): Promise<void> {
    const killed = entered.flatMap(termination => killSession(termination));
    if (killed.length > 0) await Promise.race([Promise.all(killed), clock.sleep(sessionWaitMs)]);
    for (const termination of entered) {
      if (termination.stage.stage === 'asked') sendSoftSignal(termination);
      if (termination.stage.stage === 'terminating') sendTerm(termination);
    }
    const killing = entered.filter(termination => termination.stage.stage === 'killing');
    if (killing.length === 0) return;
    // Wait for the session to end: until then tmux resumes a stopped pane process.
    await Promise.all(killing.map(termination => sessions.get(termination)));
    for (const termination of killing)
      killJournal.record(termination.target.key, termination.members());
    await freezeAndKill(killing, poll, killJournal);
  }

  function killSession(termination: Termination): Promise<unknown>[] {
    const { session } = termination.target;
    if (session === undefined || sessions.has(termination) || termination.stage.stage === 'asked')
      return [];
    termination.isHungUp = termination.alive().length > 0;
    const killed = host.sessions.kill(session);
    sessions.set(termination, killed);
    return [killed];
  }
}

function sendSoftSignal(termination: Termination): void {
  for (const process of termination.alive()) {
    const member = termination.member(process);
    if (member?.role === 'agent') termination.send(member, 'SIGUSR1');
  }
}

/** Sends SIGTERM once, youngest first, so that children come before their parents; stopped processes are resumed.
 * Later members get none: a program that forks on SIGTERM would otherwise never end. */
function sendTerm(termination: Termination): void {
  if (termination.sent.some(each => each.signal === 'SIGTERM')) return;
  const youngestFirst = [...termination.alive()].sort(
    (a, b) => b.startedAt - a.startedAt || b.pid - a.pid,
  );
  for (const process of youngestFirst) {
    const member = termination.member(process);
    if (member === undefined) continue;
    termination.send(member, 'SIGTERM');
    if (process.state === 'T') termination.send(member, 'SIGCONT');
  }
}

/** Resumes stopped processes that survived SIGKILL. */
function resumeSurvivors(termination: Termination): void {
  for (const member of termination.members())
    if (termination.has(member, 'SIGSTOP') && termination.outcomeOf(member) === 'survived')
      termination.send(member, 'SIGCONT');
}

function escalated(stage: Stage, { escalateNow, policy }: EndOptions, now: number): Stage {
  const isGraceful = stage.stage === 'asked' || stage.stage === 'terminating';
  return escalateNow?.aborted === true && isGraceful
    ? firstStage({ ...policy, force: true }, now)
    : stage;
}

/** Another attempt or round is reported; waiting longer in the same one is not. */
function isReported(before: Stage, next: Stage): boolean {
  return before.stage !== next.stage || next.stage === 'terminating' || next.stage === 'killing';
}

/** Poll interval: short at first, then 100 ms, never past a deadline. */
function pollDelay(terminations: readonly Termination[], now: number): number {
  const delays = terminations.map(({ stage, startedAt }) => {
    if (stage.stage === 'verifying') return 50;
    if (stage.stage === 'killing') return 25;
    const age = now - startedAt;
    const delay = age < 25 ? 25 : age < 75 ? 50 : 100;
    return 'deadline' in stage ? Math.max(5, Math.min(delay, stage.deadline - now)) : delay;
  });
  return Math.min(...delays, 100);
}

/** Terminates the targets of a plan: polls, advances each termination's stage, signals when a stage is entered,
 * and reports events. Every process that vigil ends goes through here. */

import type { Origin, Process } from '../model/model.ts';
import type { CommandTools } from '../ports/command-tools.ts';
import type { Host } from '../ports/host.ts';
import type { KillJournal } from '../ports/kill-journal.ts';
import { escalationOf, firstStage, isFinal, type Stage, step } from './escalation.ts';
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

export type EndPorts = Pick<
  Host,
  'auditLog' | 'clock' | 'control' | 'killJournal' | 'processes' | 'sessions'
>;

export type EndOptions = Pick<CommandTools, 'policy' | 'recogniser' | 'escalateNow'> & {
  readonly reason: string;
};

/** Concurrent terminations. They share one process table, and a hanging one delays no other. */
const maxConcurrent = 512;
/** A tree that is still growing after this many passes is killed anyway, and polled again. */
const maxPasses = 10;
/** Poll interval while watching for respawns. */
const settlePollMs = 50;
/** Longest wait for tmux before the first signals; a hanging server must not delay them. */
const sessionWaitMs = 200;

export async function* end(
  host: EndPorts,
  targets: readonly Ended[],
  options: EndOptions & { readonly spare: SpareRules },
): AsyncGenerator<EndEvent> {
  const { clock, control, killJournal } = host;
  const { policy, recogniser } = options;
  const waiting = [...targets];
  const running: Termination[] = [];
  const all: Termination[] = [];
  /** Gone, and still watched for respawns. */
  const settling: Termination[] = [];
  const sessions = new Map<Termination, Promise<unknown>>();
  const startedAt = clock.now();
  let origins: ReadonlyMap<number, Origin> = new Map();
  const poll = async () => {
    const watched = [...running, ...settling].map(each => ({ members: each.members() }));
    const polled = await pollFor(host.processes, watched, recogniser, startedAt);
    origins = polled.origins;
    return polled.table;
  };
  try {
    while (waiting.length + running.length > 0) {
      const started = waiting.splice(0, maxConcurrent - running.length).map(target => {
        const stage = firstStage(policy, clock.steadyNow());
        return createTermination({ ...host, ...options, target, stage, origins: () => origins });
      });
      running.push(...started);
      all.push(...started);
      let table = started.length > 0 ? await poll() : undefined;
      for (const termination of started) termination.update(table);
      killJournal.record(membersByKey(started));
      for (const termination of started)
        yield { kind: 'staged', key: termination.target.key, stage: termination.stage };
      await enter(started);
      await clock.sleep(pollDelay(running, clock.steadyNow()));
      table = await poll();
      const entered: Termination[] = [];
      for (const termination of running) {
        const now = clock.steadyNow();
        const next = step(termination.stage, termination.update(table), now, policy);
        const stage = escalated(next, options, now);
        if (stage === termination.stage) continue;
        termination.stage = stage;
        entered.push(termination);
        yield { kind: 'staged', key: termination.target.key, stage };
      }
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
    for (const termination of all) control.release(termination.members());
    killJournal.release(membersByKey(all));
  }

  /** Notes the stages for other vigils, and sends the signals that they begin with. */
  async function enter(entered: readonly Termination[]): Promise<void> {
    if (entered.length === 0) return;
    const times = { wall: clock.now(), steady: clock.steadyNow() };
    killJournal.recordStages(
      new Map(entered.map(({ target, stage }) => [target.key, escalationOf(stage, times)])),
    );
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
    killJournal.record(membersByKey(killing));
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

function membersByKey(terminations: readonly Termination[]) {
  return new Map(terminations.map(each => [each.target.key, each.members()]));
}

function sendSoftSignal(termination: Termination): void {
  for (const process of termination.alive())
    if (process.role === 'agent') termination.send(process, 'SIGUSR1');
}

/** Sends SIGTERM once, youngest first, so that children come before their parents; stopped processes are resumed.
 * Later members get none: a program that forks on SIGTERM would otherwise never end. */
function sendTerm(termination: Termination): void {
  if (termination.sent.some(each => each.signal === 'SIGTERM')) return;
  const youngestFirst = [...termination.alive()].sort(
    (a, b) => b.startedAt - a.startedAt || b.pid - a.pid,
  );
  for (const process of youngestFirst) {
    termination.send(process, 'SIGTERM');
    if (process.state === 'T') termination.send(process, 'SIGCONT');
  }
}

/** Stops all members before killing any, because a stopped process cannot fork or respawn others. Repeats until
 * a pass finds no new member, then sends SIGKILL to all.
 * @param poll reads a new process table; if it cannot be read, nothing is signalled. */
async function freezeAndKill(
  terminations: readonly Termination[],
  poll: () => Promise<readonly Process[] | undefined>,
  journal: Pick<KillJournal, 'recordStopped'>,
): Promise<void> {
  for (let pass = 0; pass < maxPasses; pass++) {
    const table = await poll();
    if (table === undefined) return;
    for (const termination of terminations) termination.update(table);
    const running = terminations.flatMap(termination =>
      termination
        .alive()
        .filter(process => !termination.has(process, 'SIGSTOP'))
        .map(process => ({ termination, process })),
    );
    if (running.length === 0) break;
    // If the journal cannot be written, skip SIGSTOP and kill them as they run, round by round.
    if (!journal.recordStopped(running.map(each => each.process))) break;
    for (const { termination, process } of running) termination.send(process, 'SIGSTOP');
  }
  for (const termination of terminations)
    for (const process of termination.alive()) termination.send(process, 'SIGKILL');
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

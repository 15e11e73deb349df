/** Ends what a plan holds: looks, steps each ending's stage, signals when a stage is entered, and tells
 * everything it does. There is one way to end a process in this program, and this is it. */

import type { Origin, Process } from '../model/model.ts';
import type { Host } from '../ports/host.ts';
import type { Processes } from '../ports/processes.ts';
import type { SessionControl } from '../ports/sessions.ts';
import type { Recogniser } from '../programs/recognise.ts';
import { createEnding, type Ending } from './ending.ts';
import { escalationOf, firstStage, isFinal, type Stage, step } from './escalation.ts';
import { freezeAndKill } from './freeze.ts';
import type { Policy } from './policy.ts';
import { pollFor } from './poll-for.ts';
import { resultOf, type TargetResult } from './result.ts';
import type { SpareRules } from './spare.ts';
import type { Ended } from './target.ts';

export type EndEvent =
  | { readonly kind: 'staged'; readonly key: string; readonly stage: Stage }
  | { readonly kind: 'ended'; readonly key: string; readonly result: TargetResult }
  /** Somebody of it is there again, after it was seen gone. */
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
  /** Aborted: no more patience, SIGKILL now. */
  readonly hurry?: AbortSignal;
};

/** This many endings at once: one table serves them all, and one that hangs delays no other. */
const mostAtOnce = 64;
/** Between the looks for what comes back. */
const quietMs = 50;
/** A tmux server that hangs is not waited for before the first signals. */
const sessionWaitMs = 200;

export async function* end(
  host: EndPorts,
  targets: readonly Ended[],
  options: EndOptions,
): AsyncGenerator<EndEvent> {
  const { auditLog, clock, control, killJournal } = host;
  const { policy, reason, spare } = options;
  const waiting = [...targets];
  const running: Ending[] = [];
  const all: Ending[] = [];
  /** Ended, and looked at quietly for a while. */
  const over: Ending[] = [];
  const sessions = new Map<Ending, Promise<unknown>>();
  const beganAt = clock.now();
  let origins: ReadonlyMap<number, Origin> = new Map();
  const look = async () => {
    const seen = await pollFor(host.processes, [...running, ...over], options.recogniser, beganAt);
    origins = seen.origins;
    return seen.table;
  };
  try {
    while (waiting.length + running.length > 0) {
      const begun: Ending[] = [];
      while (running.length < mostAtOnce && waiting.length > 0) {
        const now = clock.steadyNow();
        const target = waiting.shift() as Ended;
        const stage = firstStage(policy, now);
        const ending = createEnding({
          target,
          stage,
          spare,
          origins: () => origins,
          control,
          auditLog,
          reason,
          now: () => clock.steadyNow(),
        });
        running.push(ending);
        all.push(ending);
        begun.push(ending);
      }
      let table = begun.length > 0 ? await look() : undefined;
      for (const ending of begun) {
        ending.see(table);
        killJournal.record(ending.target.key, ending.members());
        yield { kind: 'staged', key: ending.target.key, stage: ending.stage };
      }
      noteStages(begun);
      await enter(begun);
      await clock.sleep(pauseFor(running, clock.steadyNow()), undefined);
      table = await look();
      const entered: Ending[] = [];
      for (const ending of running) {
        const before = ending.stage;
        const now = clock.steadyNow();
        const next = hurried(step(before, ending.see(table), now, policy), options, now);
        if (next === before) continue;
        ending.stage = next;
        if (isNews(before, next)) {
          entered.push(ending);
          yield { kind: 'staged', key: ending.target.key, stage: next };
        }
      }
      noteStages(entered);
      await enter(entered);
      for (const ending of running.filter(each => isFinal(each.stage))) {
        running.splice(running.indexOf(ending), 1);
        if (ending.stage.stage === 'gone') over.push(ending);
        thaw(ending);
        const result = resultOf(ending, clock.steadyNow());
        yield { kind: 'ended', key: ending.target.key, result };
      }
    }
    // Quiet looks for what comes back; the outcomes have been told.
    const until = clock.steadyNow() + policy.settleMs;
    while (over.length > 0 && clock.steadyNow() < until) {
      await clock.sleep(quietMs);
      const table = await look();
      for (const ending of over.filter(each => each.see(table) === 'alive')) {
        over.splice(over.indexOf(ending), 1);
        yield { kind: 'respawned', key: ending.target.key, processes: ending.alive() };
      }
    }
  } finally {
    for (const ending of running) thaw(ending);
    for (const ending of all) {
      control.release(ending.members());
      killJournal.release(ending.target.key, ending.members());
    }
  }

  function noteStages(endings: readonly Ending[]): void {
    if (endings.length === 0) return;
    const times = { wall: clock.now(), steady: clock.steadyNow() };
    killJournal.recordStages(
      new Map(endings.map(({ target, stage }) => [target.key, escalationOf(stage, times)])),
    );
  }

  /** What a stage begins with. */
  async function enter(entered: readonly Ending[]): Promise<void> {
    const killed = entered.flatMap(ending => killSession(ending));
    if (killed.length > 0) await Promise.race([Promise.all(killed), clock.sleep(sessionWaitMs)]);
    for (const ending of entered) {
      if (ending.stage.stage === 'asked') ask(ending);
      if (ending.stage.stage === 'terminating') terminate(ending);
    }
    const killing = entered.filter(ending => ending.stage.stage === 'killing');
    if (killing.length === 0) return;
    // While its tmux session exists, tmux wakes a stopped pane leader: its end is waited for.
    await Promise.all(killing.map(ending => sessions.get(ending)));
    for (const ending of killing) killJournal.record(ending.target.key, ending.members());
    await freezeAndKill(killing, look, killJournal);
  }

  function killSession(ending: Ending): Promise<unknown>[] {
    const { session } = ending.target;
    if (session === undefined || sessions.has(ending) || ending.stage.stage === 'asked') return [];
    ending.isHungUp = ending.alive().length > 0;
    const killed = host.sessions.kill(session);
    sessions.set(ending, killed);
    return [killed];
  }
}

function ask(ending: Ending): void {
  for (const process of ending.alive()) {
    const member = ending.member(process);
    if (member?.role === 'agent') ending.send(member, 'SIGUSR1');
  }
}

/** Once, to whoever is there then, the youngest first: children before their parents. A stopped one is
 * woken for it. Who comes later is not asked: one that forks when asked would be fed by every attempt. */
function terminate(ending: Ending): void {
  if (ending.sent.some(each => each.signal === 'SIGTERM')) return;
  const youngestFirst = [...ending.alive()].sort(
    (a, b) => b.startedAt - a.startedAt || b.pid - a.pid,
  );
  for (const process of youngestFirst) {
    const member = ending.member(process);
    if (member === undefined) continue;
    ending.send(member, 'SIGTERM');
    if (process.state === 'T') ending.send(member, 'SIGCONT');
  }
}

/** Nothing stays stopped by us: who outlives SIGKILL is woken again. */
function thaw(ending: Ending): void {
  for (const member of ending.members())
    if (ending.has(member, 'SIGSTOP') && ending.outcomeOf(member) === 'survived')
      ending.send(member, 'SIGCONT');
}

function hurried(stage: Stage, { hurry, policy }: EndOptions, now: number): Stage {
  const isPatient = stage.stage === 'asked' || stage.stage === 'terminating';
  return hurry?.aborted === true && isPatient ? firstStage({ ...policy, force: true }, now) : stage;
}

/** Waiting on in the same attempt is no news; another attempt or round is. */
function isNews(before: Stage, next: Stage): boolean {
  return before.stage !== next.stage || next.stage === 'terminating' || next.stage === 'killing';
}

/** Dense at first, then every tenth of a second, never past a deadline. */
function pauseFor(endings: readonly Ending[], now: number): number {
  const pauses = endings.map(({ stage, startedAt }) => {
    if (stage.stage === 'verifying') return 50;
    if (stage.stage === 'killing') return 25;
    const age = now - startedAt;
    const pause = age < 25 ? 25 : age < 75 ? 50 : 100;
    return 'deadline' in stage ? Math.max(5, Math.min(pause, stage.deadline - now)) : pause;
  });
  return Math.min(...pauses, 100);
}

/** A running termination: its kill set, the signals sent, and the outcome of each process. */
import { isZombie } from '../inventory/process-tree.ts';
import { identityOf, type Origin, type Process, type ProcessRef } from '../model/model.ts';
import type { AuditLog } from '../ports/audit-log.ts';
import type { Clock } from '../ports/clock.ts';
import type { ProcessControl, SignalName, SignalResult } from '../ports/process-control.ts';
import type { Sighting, Stage } from './escalation.ts';
import { grow, type KillSet, type Member } from './kill-set.ts';
import type { ProcessOutcome } from './progress.ts';
import type { SpareRules } from './spare.ts';
import { indexOf } from './table-index.ts';
import type { Ended } from './target.ts';

export type Sent = Member & {
  readonly signal: SignalName;
  readonly result: SignalResult;
  /** Milliseconds since the start of the termination. */
  readonly afterMs: number;
};

type Living = Process & Pick<Member, 'role'>;

export type Termination = ReturnType<typeof createTermination>;

type TerminationOptions = {
  readonly target: Ended;
  readonly stage: Stage;
  readonly spare: SpareRules;
  /** Inherited marks of processes in the last table. */
  readonly origins: () => ReadonlyMap<number, Origin>;
  readonly control: Omit<ProcessControl, 'release' | 'self'>;
  readonly auditLog: Pick<AuditLog, 'write'>;
  readonly clock: Pick<Clock, 'steadyNow'>;
  readonly reason: string;
};

export function createTermination(options: TerminationOptions) {
  const { target, stage, spare, origins, control, auditLog, clock, reason } = options;
  let set: KillSet = {
    members: new Map(target.members.map(member => [identityOf(member), member])),
    spared: target.spared,
  };
  const startedAt = clock.steadyNow();
  let alive: readonly Living[] = [];
  let aliveIds: ReadonlySet<string> = new Set();
  /** Members that have exited although another process has their pid and start tick. */
  const replaced = new Set(control.hold(target.members).map(identityOf));
  const sent: Sent[] = [];
  const signalResults = new Map<string, Map<SignalName, SignalResult>>();
  const resultsOf = (member: ProcessRef) =>
    signalResults.get(identityOf(member)) ?? new Map<SignalName, SignalResult>();
  const termination = {
    target,
    startedAt,
    stage,
    /** Its tmux session was killed, which sends SIGHUP to the processes in it. */
    isHungUp: false,
    /** Waits for its processes to exit that have begun; 0 if SIGKILL was sent at once. */
    attempts: 0,
    sent: sent as readonly Sent[],
    members: (): readonly Member[] => [...set.members.values()],
    /** Members alive in the last process table. */
    alive: () => alive,
    spared: () => set.spared,
    /** Applies a process table and adds new members; `undefined` if it could not be read. */
    update(table: readonly Process[] | undefined): Sighting {
      if (termination.stage.stage === 'terminating')
        termination.attempts = termination.stage.attempt;
      if (table === undefined) return 'unknown';
      const before = set.members;
      const all = indexOf(table);
      for (const member of before.values()) {
        const process = all.find(member);
        if (process !== undefined && !control.isSame(process)) replaced.add(identityOf(member));
      }
      const isCurrent = (process: Process) => !replaced.has(identityOf(process));
      const current = replaced.size === 0 ? table : table.filter(isCurrent);
      set = grow(set, current, target.marks, { origins: origins(), spare });
      const added = termination.members().filter(member => !before.has(identityOf(member)));
      for (const each of control.hold(added)) replaced.add(identityOf(each));
      alive = termination.members().flatMap(member => {
        const process = all.find(member);
        const isAlive = process !== undefined && isCurrent(process) && !isZombie(process);
        return isAlive ? [{ ...process, role: member.role }] : [];
      });
      aliveIds = new Set(alive.map(identityOf));
      if (alive.length === 0) return 'gone';
      const isDenied = (each: Living) => [...resultsOf(each).values()].includes('denied');
      return alive.every(isDenied) ? 'denied' : 'alive';
    },
    /** Signals a member. */
    send(ref: ProcessRef, signal: SignalName): void {
      const member = set.members.get(identityOf(ref));
      if (member === undefined) return;
      const result = control.signal(member, signal);
      const afterMs = Math.round(clock.steadyNow() - startedAt);
      sent.push({ ...member, signal, result, afterMs });
      const results = resultsOf(member);
      // Keep `sent` even if a later round finds the process gone.
      if (results.get(signal) !== 'sent') results.set(signal, result);
      signalResults.set(identityOf(member), results);
      const { pid, start, command } = member;
      const entry = { pid, start, command, signal, reason };
      auditLog.write({ ...entry, target: target.key, stage: termination.stage.stage, result });
    },
    has: (member: ProcessRef, signal: SignalName) => resultsOf(member).has(signal),
    outcomeOf(member: ProcessRef): ProcessOutcome {
      const results = resultsOf(member);
      if (aliveIds.has(identityOf(member)))
        return [...results.values()].includes('denied') ? 'denied' : 'survived';
      if (results.get('SIGKILL') === 'sent') return 'killed';
      const wasSignalled = results.get('SIGTERM') === 'sent' || results.get('SIGUSR1') === 'sent';
      return wasSignalled || termination.isHungUp ? 'exited' : 'vanished';
    },
  };
  return termination;
}

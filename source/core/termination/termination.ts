/** A running termination: its kill set, the signals sent, and the outcome of each process. */
import { isZombie } from '../inventory/process-tree.ts';
import { identityOf, type Origin, type Process, type ProcessRef } from '../model/model.ts';
import type { AuditLog } from '../ports/audit-log.ts';
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
  /** Monotonic clock, milliseconds. */
  readonly at: number;
};

export type Termination = {
  readonly target: Ended;
  readonly startedAt: number;
  stage: Stage;
  /** Its tmux session was killed, which sends SIGHUP to the processes in it. */
  isHungUp: boolean;
  readonly sent: readonly Sent[];
  members(): readonly Member[];
  member(process: ProcessRef): Member | undefined;
  /** Members alive in the last process table. */
  alive(): readonly Process[];
  spared(): KillSet['spared'];
  /** Applies a process table and adds new members; `undefined` if it could not be read. */
  update(table: readonly Process[] | undefined): Sighting;
  send(member: Member, signal: SignalName): SignalResult;
  has(member: ProcessRef, signal: SignalName): boolean;
  outcomeOf(member: Member): ProcessOutcome;
};

export type TerminationOptions = {
  readonly target: Ended;
  readonly stage: Stage;
  readonly spare: SpareRules;
  /** Inherited marks of processes in the last table. */
  readonly origins: () => ReadonlyMap<number, Origin>;
  readonly control: Omit<ProcessControl, 'release'>;
  readonly auditLog: Pick<AuditLog, 'write'>;
  readonly reason: string;
  /** Monotonic clock, milliseconds. */
  readonly now: () => number;
};

export function createTermination(options: TerminationOptions): Termination {
  const { target, stage, spare, origins, control, auditLog, reason, now } = options;
  let set: KillSet = {
    members: new Map(target.members.map(member => [identityOf(member), member])),
    spared: target.spared,
  };
  let alive: readonly Process[] = [];
  let aliveIds: ReadonlySet<string> = new Set();
  /** Members that have exited although another process has their pid and start tick. */
  const replaced = new Set(control.hold(target.members).map(identityOf));
  const sent: Sent[] = [];
  const signalResults = new Map<string, Map<SignalName, SignalResult>>();
  const termination: Termination = {
    target,
    startedAt: now(),
    stage,
    isHungUp: false,
    sent,
    members: () => [...set.members.values()],
    member: process => set.members.get(identityOf(process)),
    alive: () => alive,
    spared: () => set.spared,
    update(table) {
      if (table === undefined) return 'unknown';
      const before = set;
      const all = indexOf(table);
      for (const member of before.members.values()) {
        const process = all.find(member);
        if (process !== undefined && !control.isSame(process)) replaced.add(identityOf(member));
      }
      const current =
        replaced.size === 0 ? table : table.filter(process => !replaced.has(identityOf(process)));
      set = grow(set, current, target.marks, { origins: origins(), spare });
      if (set !== before) {
        const added = [...set.members].filter(([identity]) => !before.members.has(identity));
        for (const each of control.hold(added.map(([, member]) => member)))
          replaced.add(identityOf(each));
      }
      alive = [...set.members.values()].flatMap(member => {
        const process = replaced.has(identityOf(member)) ? undefined : all.find(member);
        return process === undefined || isZombie(process) ? [] : [process];
      });
      aliveIds = new Set(alive.map(identityOf));
      return alive.length > 0 ? 'alive' : 'gone';
    },
    send(member, signal) {
      const result = control.signal(member, signal);
      const { pid, start, command } = member;
      sent.push({ ...member, signal, result, at: now() });
      const signals = signalResults.get(identityOf(member)) ?? new Map();
      // Keep `sent` even if a later round finds the process gone.
      if (signals.get(signal) !== 'sent') signals.set(signal, result);
      signalResults.set(identityOf(member), signals);
      const entry = { pid, start, command, signal, reason };
      auditLog.write({ ...entry, target: target.key, stage: termination.stage.stage, result });
      return result;
    },
    has: (member, signal) => signalResults.get(identityOf(member))?.has(signal) === true,
    outcomeOf(member) {
      const signals = signalResults.get(identityOf(member));
      if (aliveIds.has(identityOf(member)))
        return [...(signals?.values() ?? [])].includes('denied') ? 'denied' : 'survived';
      if (signals?.get('SIGKILL') === 'sent') return 'killed';
      const wasSignalled = signals?.get('SIGTERM') === 'sent' || signals?.get('SIGUSR1') === 'sent';
      return wasSignalled || termination.isHungUp ? 'exited' : 'vanished';
    },
  };
  return termination;
}

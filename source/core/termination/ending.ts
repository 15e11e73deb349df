/** One ending under way: its kill set, what was sent to whom, and what became of each process. */
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
  /** Steady clock, milliseconds. */
  readonly at: number;
};

export type Ending = {
  readonly target: Ended;
  readonly startedAt: number;
  stage: Stage;
  /** tmux was asked to kill its session, which hangs up on whoever is in it. */
  isHungUp: boolean;
  readonly sent: readonly Sent[];
  members(): readonly Member[];
  member(process: ProcessRef): Member | undefined;
  /** Members that the last table has alive. */
  alive(): readonly Process[];
  spared(): KillSet['spared'];
  /** What the table says; new members are taken in. `undefined`: it could not be read. */
  see(table: readonly Process[] | undefined): Sighting;
  send(member: Member, signal: SignalName): SignalResult;
  has(member: ProcessRef, signal: SignalName): boolean;
  outcomeOf(member: Member): ProcessOutcome;
};

export type EndingOptions = {
  readonly target: Ended;
  readonly stage: Stage;
  readonly spare: SpareRules;
  /** Inherited marks, as of the last table. */
  readonly origins: () => ReadonlyMap<number, Origin>;
  readonly control: Omit<ProcessControl, 'release'>;
  readonly auditLog: Pick<AuditLog, 'write'>;
  readonly reason: string;
  /** Steady clock, milliseconds. */
  readonly now: () => number;
};

export function createEnding(options: EndingOptions): Ending {
  const { target, stage, spare, origins, control, auditLog, reason, now } = options;
  let set: KillSet = {
    members: new Map(target.members.map(member => [identityOf(member), member])),
    spared: target.spared,
  };
  let alive: readonly Process[] = [];
  let aliveIds: ReadonlySet<string> = new Set();
  /** Members that are over although the table has somebody of the same number and clock tick. */
  const past = new Set(control.hold(target.members).map(identityOf));
  const sent: Sent[] = [];
  const wasSent = new Map<string, Map<SignalName, SignalResult>>();
  const ending: Ending = {
    target,
    startedAt: now(),
    stage,
    isHungUp: false,
    sent,
    members: () => [...set.members.values()],
    member: process => set.members.get(identityOf(process)),
    alive: () => alive,
    spared: () => set.spared,
    see(table) {
      if (table === undefined) return 'unknown';
      const before = set;
      const all = indexOf(table);
      for (const member of before.members.values()) {
        const process = all.find(member);
        if (process !== undefined && !control.isSame(process)) past.add(identityOf(member));
      }
      const others =
        past.size === 0 ? table : table.filter(process => !past.has(identityOf(process)));
      set = grow(set, others, target.marks, { origins: origins(), spare });
      if (set !== before) {
        const news = [...set.members].filter(([identity]) => !before.members.has(identity));
        for (const each of control.hold(news.map(([, member]) => member)))
          past.add(identityOf(each));
      }
      alive = [...set.members.values()].flatMap(member => {
        const process = past.has(identityOf(member)) ? undefined : all.find(member);
        return process === undefined || isZombie(process) ? [] : [process];
      });
      aliveIds = new Set(alive.map(identityOf));
      return alive.length > 0 ? 'alive' : 'gone';
    },
    send(member, signal) {
      const result = control.signal(member, signal);
      const { pid, start, command } = member;
      sent.push({ ...member, signal, result, at: now() });
      const signals = wasSent.get(identityOf(member)) ?? new Map();
      // Sent once is sent, also where the next round finds that it has worked by now.
      if (signals.get(signal) !== 'sent') signals.set(signal, result);
      wasSent.set(identityOf(member), signals);
      const entry = { pid, start, command, signal, reason };
      auditLog.write({ ...entry, target: target.key, stage: ending.stage.stage, result });
      return result;
    },
    has: (member, signal) => wasSent.get(identityOf(member))?.has(signal) === true,
    outcomeOf(member) {
      const signals = wasSent.get(identityOf(member));
      if (aliveIds.has(identityOf(member)))
        return [...(signals?.values() ?? [])].includes('denied') ? 'denied' : 'survived';
      if (signals?.get('SIGKILL') === 'sent') return 'killed';
      const isTold = signals?.get('SIGTERM') === 'sent' || signals?.get('SIGUSR1') === 'sent';
      return isTold || ending.isHungUp ? 'exited' : 'vanished';
    },
  };
  return ending;
}

/** What is alive after a termination although evidence makes it the target's: it could not be ended, was spared, or
 * runs in a daemon. */
import { isZombie } from '../inventory/process-tree.ts';
import { identityOf, type Process, type ProcessRef } from '../model/model.ts';
import { commandOf } from '../programs/process-name.ts';
import type { ProcessOutcome } from './progress.ts';
import type { TargetResult } from './result.ts';
import type { SpareKind } from './spare.ts';

export type Left = ProcessRef & {
  readonly startedAt: number;
  readonly command: string;
  readonly reason: string;
  /** The user asked for it (`--spare`). */
  readonly isWanted: boolean;
};

/** Spared although it is the target's. The other kinds are not, or are why its session is kept. */
const itsOwn: ReadonlySet<SpareKind> = new Set(['infrastructure', 'listed']);

const survived: ReadonlySet<ProcessOutcome> = new Set(['survived', 'denied']);

/** @param table read after the termination. */
export function leftOf(
  { target, processes, spared }: TargetResult,
  table: readonly Process[],
): readonly Left[] {
  const alive = new Map(
    table.filter(each => !isZombie(each)).map(each => [identityOf(each), each] as const),
  );
  const isAlive = (ref: ProcessRef) => alive.has(identityOf(ref));
  const goesOn = target.refused === undefined ? (target.mayGoOn ?? []) : [];
  return [
    // Another process may have the pid and start tick of a member by now.
    ...processes
      .filter(each => survived.has(each.outcome))
      .map(each => ({
        ...each,
        reason:
          each.outcome === 'denied'
            ? `belongs to uid ${each.uid}, not permitted to signal it`
            : 'still running after SIGKILL',
        isWanted: false,
      })),
    ...spared
      .filter(each => itsOwn.has(each.reason.kind) && isAlive(each))
      .map(each => ({
        ...each,
        reason: `spared: ${each.reason.text}`,
        isWanted: each.reason.kind === 'listed',
      })),
    ...goesOn.filter(isAlive).map(each => ({
      ...each,
      command: commandOf(each),
      reason: 'may be its work and goes on in the daemon',
      isWanted: false,
    })),
  ].map(({ pid, start, startedAt, command, reason, isWanted }) => ({
    ...{ pid, start, startedAt, command, reason, isWanted },
  }));
}

/** `pid 812 (ssh-agent) remains: spared: …` */
export function describeLeft({ pid, command, reason }: Left): string {
  return `pid ${pid} (${command}) remains: ${reason}`;
}

/** Endings for a screen that stays: plans from what it shows, several endings at a time. */
import type { Host } from '../host.ts';
import type { Recogniser } from '../inventory/recognise.ts';
import type { Row, Snapshot } from '../model.ts';
import type { Monitor } from '../monitor.ts';
import type { EndEvent } from './end.ts';
import { type EndPlan, planEnd } from './plan.ts';
import { askMs, killingMs, type Policy } from './policy.ts';
import { type EndReport, runEnding } from './run.ts';

export type Ender = {
  /** Frozen at the key press: identities of the last look, never row numbers. */
  plan(snapshot: Snapshot, rows: readonly Row[]): EndPlan | undefined;
  run(plan: EndPlan, force: boolean, onEvent: (event: EndEvent) => void): Promise<EndReport>;
  /** No more patience: SIGKILL to whoever is being ended. */
  hurry(): void;
  /** How long endings may take at most, milliseconds. */
  readonly longestMs: number;
};

export type EnderOptions = {
  readonly policy: Policy;
  readonly reason: string;
  readonly lockWaitMs: number;
};

export function createEnder(
  host: Host,
  monitor: Monitor,
  recogniser: Recogniser,
  options: EnderOptions,
): Ender {
  const hurrying = new AbortController();
  const { policy } = options;
  return {
    plan(snapshot, rows) {
      const inventory = monitor.inventory();
      if (inventory?.processes.ok !== true) return undefined;
      const wanted = rows.map(row => ({ row, isNamed: true }));
      return planEnd(snapshot, inventory, wanted, recogniser);
    },
    async run(plan, force, onEvent) {
      const inventory = monitor.inventory();
      if (inventory === undefined) throw new Error('no look was taken before an ending');
      return runEnding(host, plan, inventory, {
        ...options,
        policy: { ...policy, force },
        recogniser,
        hurry: hurrying.signal,
        onEvent,
      });
    },
    hurry: () => hurrying.abort(),
    longestMs: policy.attemptMs.reduce((sum, ms) => sum + ms, policy.askMs ?? askMs) + killingMs,
  };
}

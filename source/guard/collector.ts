/** Keeps the metrics of a guard, or of one command, up to date. */
import type { Snapshot } from '../core/model/model.ts';
import type { Measurement, Metrics } from '../core/ports/metrics.ts';
import type { LogNews } from './cleanups.ts';
import { allAlertNames } from './event-names.ts';
import { hookResults } from './hook-results.ts';
import { measureLog, measureSnapshot, zeros } from './measure.ts';
import type { GuardEvent, GuardObserver } from './observer.ts';

export type CollectorOptions = {
  readonly version: string;
  readonly programs: readonly string[];
  /** Between the polls of a guard; nothing for one command. */
  readonly intervalMs?: () => number;
  /** What is new in the audit log. */
  readonly news: () => LogNews;
};

/** @returns an observer whose metrics are complete after each poll. */
export function createCollector(
  metrics: Pick<Metrics, 'set' | 'add'>,
  { version, programs, intervalMs, news }: CollectorOptions,
): GuardObserver & { readonly polled: (snapshot: Snapshot) => void } {
  const raised = new Set<string>();
  let lastCleanupAt: number | undefined;
  metrics.add(zeros);
  if (intervalMs !== undefined) metrics.add(hookResults.map(result => hookRun(result, 0)));
  const guardGauges = (): readonly Measurement[] =>
    intervalMs === undefined
      ? []
      : [
          { name: 'vigil_look_interval_seconds', value: intervalMs() / 1000 },
          ...allAlertNames.map(alert => ({
            name: 'vigil_alerts',
            labels: { alert },
            value: raised.has(alert) ? 1 : 0,
          })),
        ];
  const polled = (snapshot: Snapshot) => {
    const found = news();
    metrics.add(measureLog(found));
    for (const { at } of found.cleanups) lastCleanupAt = Math.max(at, lastCleanupAt ?? at);
    metrics.set([
      ...measureSnapshot(snapshot, { programs }),
      ...guardGauges(),
      ...(lastCleanupAt === undefined
        ? []
        : [{ name: 'vigil_last_cleanup_timestamp_seconds', value: lastCleanupAt / 1000 }]),
      { name: 'vigil_build_info', labels: { version }, value: 1 },
    ]);
  };
  return {
    polled,
    looked: ({ snapshot }) => polled(snapshot),
    happened(event: GuardEvent) {
      const { name, result } = event;
      if (event.event === 'alert-raised') raised.add(String(name));
      if (event.event === 'alert-cleared') raised.delete(String(name));
      if (event.event === 'hook-ran') metrics.add([hookRun(String(result), 1)]);
    },
  };
}

function hookRun(result: string, value: number): Measurement {
  return { name: 'vigil_hook_runs_total', labels: { result }, value };
}

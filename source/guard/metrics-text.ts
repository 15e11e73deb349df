/** The metrics of one poll, for a command without a guard. */
import type { Snapshot } from '../core/model/model.ts';
import type { Host } from '../core/ports/host.ts';
import type { MetricFormat, MetricSpec, Metrics } from '../core/ports/metrics.ts';
import { createLogReader } from './cleanups.ts';
import { createCollector } from './collector.ts';
import { metricSpecs } from './metric-table.ts';

/** Of a guard only: one command has no alerts, hooks or intervals. */
const ofGuards: ReadonlySet<string> = new Set([
  'vigil_look_interval_seconds',
  'vigil_alerts',
  'vigil_hook_runs_total',
]);

/** @param load loads the implementation. */
export function createMetricsText(
  host: {
    readonly auditLog: Pick<Host['auditLog'], 'follow'>;
    readonly processes: Pick<Host['processes'], 'isRunning'>;
  },
  about: { readonly version: string; readonly programs: readonly string[] },
  load: () => Promise<{ createMetrics(specs: readonly MetricSpec[]): Metrics }>,
): (snapshot: Snapshot, format: MetricFormat) => Promise<string> {
  return async (snapshot, format) => {
    const { createMetrics } = await load();
    const metrics = createMetrics(metricSpecs(name => !ofGuards.has(name)));
    const read = createLogReader(host.processes.isRunning);
    const follow = host.auditLog.follow();
    createCollector(metrics, { ...about, news: () => read(follow()) }).polled(snapshot);
    return metrics.text(format);
  };
}

/** What `vigil list` needs for metrics and for commands that it runs. */
import type { Host } from '../core/ports/host.ts';
import { createMetricsText } from '../guard/metrics-text.ts';
import { createHookRunner } from '../host/run/hook-command.ts';

/** @param about what the metrics say of vigil itself. */
export function listTools(
  host: Host,
  about: { readonly version: string; readonly programs: readonly string[] },
) {
  const load = () => import('../host/metrics/export.ts');
  return {
    metricsText: createMetricsText(host, about, load),
    hooks: createHookRunner(process.env),
  };
}

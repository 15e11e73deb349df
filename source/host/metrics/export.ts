/** Exports metrics over HTTP and as a textfile. What fails is reported once, and tried again with every poll. */
import { isSame } from '../../core/model/is-same.ts';
import type { MetricSpec, MetricsAddress, MetricsExport } from '../../core/ports/metrics.ts';
import { createMetrics } from './prometheus.ts';
import { type MetricsServer, serveMetrics } from './serve.ts';
import { writeTextfile } from './textfile.ts';

export { createMetrics } from './prometheus.ts';

/** @param warn gets one sentence for users. @param opened gets the URL that is served. */
export function createExport(
  specs: readonly MetricSpec[],
  warn: (text: string) => void,
  opened: (url: string) => void,
): MetricsExport {
  const metrics = createMetrics(specs);
  let served: { readonly at: MetricsAddress; readonly server: MetricsServer } | undefined;
  let isClosed = false;
  const reported = new Set<string>();
  const note = (what: string, reason: string | undefined) => {
    if (reason === undefined) reported.delete(what);
    else if (!reported.has(what)) warn(`${what}: ${reason}`);
    if (reason !== undefined) reported.add(what);
  };
  const close = () => {
    served?.server.close();
    served = undefined;
  };
  const serve = async (at: MetricsAddress) => {
    const found = await serveMetrics(metrics, at);
    const what = `cannot serve metrics on ${at.host} port ${at.port}`;
    note(what, found.ok ? undefined : found.reason);
    if (!found.ok) return;
    const server = found.value;
    if (isClosed) return server.close();
    served = { at, server };
    opened(`http://${at.host.includes(':') ? `[${at.host}]` : at.host}:${server.port}/metrics`);
  };
  return {
    ...metrics,
    async publish({ address, textfile }) {
      if (served !== undefined && !isSame(served.at, address)) close();
      if (address !== undefined && served === undefined) await serve(address);
      if (textfile === undefined) return;
      const written = writeTextfile(textfile, await metrics.text('prometheus'));
      note(`cannot write metrics to ${textfile}`, written.ok ? undefined : written.reason);
    },
    close() {
      isClosed = true;
      close();
    },
  };
}

/** Exports metrics over HTTP and as a textfile. What fails is reported once, and tried again with every poll. */
import type { MetricSpec, Metrics } from '../../core/ports/metrics.ts';
import { createMetrics } from './prometheus.ts';
import { type MetricsAddress, type MetricsServer, serveMetrics } from './serve.ts';
import { writeTextfile } from './textfile.ts';

export { createMetrics } from './prometheus.ts';

export type ExportOptions = {
  readonly specs: readonly MetricSpec[];
  readonly address?: MetricsAddress;
  readonly textfile?: string;
  /** One sentence for users. */
  readonly warn: (text: string) => void;
};

export type MetricsExport = Metrics & {
  /** Call it after each poll. */
  publish(): Promise<void>;
  /** The port that is served, if any. */
  port(): number | undefined;
  close(): void;
};

export function createExport({ specs, address, textfile, warn }: ExportOptions): MetricsExport {
  const metrics = createMetrics(specs);
  let server: MetricsServer | undefined;
  let opening: Promise<void> | undefined;
  let isClosed = false;
  const reported = new Set<string>();
  const reportOnce = (what: string, reason: string) => {
    if (!reported.has(what)) warn(`${what}: ${reason}`);
    reported.add(what);
  };
  const open = async ({ host, port }: MetricsAddress) => {
    const opened = await serveMetrics(metrics, { host, port });
    const what = `cannot serve metrics on ${host}:${port}`;
    if (!opened.ok) return reportOnce(what, opened.reason);
    reported.delete(what);
    if (isClosed) opened.value.close();
    else server = opened.value;
  };
  return {
    ...metrics,
    async publish() {
      if (address !== undefined && server === undefined) {
        opening ??= open(address).finally(() => {
          opening = undefined;
        });
        await opening;
      }
      if (textfile === undefined) return;
      const what = `cannot write metrics to ${textfile}`;
      const written = writeTextfile(textfile, await metrics.text('prometheus'));
      if (written.ok) reported.delete(what);
      else reportOnce(what, written.reason);
    },
    port: () => server?.port,
    close() {
      isClosed = true;
      server?.close();
      server = undefined;
    },
  };
}

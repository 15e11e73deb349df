/** Serves metrics over HTTP, for a Prometheus on this machine. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Reading } from '../../core/model/model.ts';
import type { MetricFormat, Metrics, MetricsAddress } from '../../core/ports/metrics.ts';

export type MetricsServer = {
  /** The port it listens on; another than the one asked for where that was 0. */
  readonly port: number;
  close(): void;
};

/** A request that sends or takes its bytes more slowly is dropped. */
const standardTimeoutMs = 5000;
const checksPerTimeout = 5;
const mostConnections = 32;

const contentTypes: Readonly<Record<MetricFormat, string>> = {
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
};

/** @returns the server, or why it cannot listen there. */
export function serveMetrics(
  metrics: Pick<Metrics, 'text'>,
  { host, port }: MetricsAddress,
  timeoutMs = standardTimeoutMs,
): Promise<Reading<MetricsServer>> {
  return new Promise(resolve => {
    // By default Node checks for slow requests every 30 s.
    const connectionsCheckingInterval = timeoutMs / checksPerTimeout;
    const server = createServer({ connectionsCheckingInterval }, (request, response) => {
      answer(request, response, metrics).catch(() => response.destroy());
    });
    server.requestTimeout = timeoutMs;
    server.headersTimeout = timeoutMs;
    server.timeout = timeoutMs;
    server.maxConnections = mostConnections;
    server.on('error', error => resolve({ ok: false, reason: error.message }));
    server.listen({ host, port }, () => {
      const bound = server.address();
      resolve({
        ok: true,
        value: {
          port: typeof bound === 'object' && bound !== null ? bound.port : port,
          close() {
            server.close();
            server.closeAllConnections();
          },
        },
      });
    });
  });
}

async function answer(
  { method, url = '/', headers }: IncomingMessage,
  response: ServerResponse,
  metrics: Pick<Metrics, 'text'>,
): Promise<void> {
  const send = (status: number, type: string, text: string) => {
    response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) });
    response.end(method === 'HEAD' ? undefined : text);
  };
  const plain = 'text/plain; charset=utf-8';
  if (method !== 'GET' && method !== 'HEAD') return send(405, plain, 'only GET\n');
  const path = url.split('?')[0];
  if (path === '/') return send(200, plain, 'vigil: see /metrics\n');
  if (path !== '/metrics') return send(404, plain, 'see /metrics\n');
  const format = headers.accept?.includes('application/openmetrics-text')
    ? 'openmetrics'
    : 'prometheus';
  send(200, contentTypes[format], await metrics.text(format));
}

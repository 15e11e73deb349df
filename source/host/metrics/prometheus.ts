/** Metrics by prom-client, which has the text formats of Prometheus and OpenMetrics. Loaded only when metrics are
 * wanted. */
import { Counter, Gauge, Histogram, Registry, type RegistryContentType } from 'prom-client';
import type { MetricFormat, MetricSpec, Metrics } from '../../core/ports/metrics.ts';

/** @param specs every metric that is set or added later. */
export function createMetrics(specs: readonly MetricSpec[]): Metrics {
  const registry = new Registry<RegistryContentType>();
  const gauges = new Map<string, Gauge>();
  const counters = new Map<string, Counter>();
  const histograms = new Map<string, Histogram>();
  for (const { name, type, help, labels, buckets } of specs) {
    const options = { name, help, labelNames: [...labels], registers: [registry] };
    if (type === 'gauge') gauges.set(name, new Gauge(options));
    else if (type === 'counter') counters.set(name, new Counter(options));
    else histograms.set(name, new Histogram({ ...options, buckets: [...(buckets ?? [])] }));
  }
  const clear = () => {
    for (const { name, labels } of specs) {
      const gauge = gauges.get(name);
      gauge?.reset();
      // prom-client gives a gauge without labels the value 0, which would be a claim.
      if (labels.length === 0) gauge?.remove();
    }
  };
  clear();
  let written: Promise<unknown> = Promise.resolve();
  const write = async (format: MetricFormat) => {
    registry.setContentType(
      format === 'openmetrics'
        ? Registry.OPENMETRICS_CONTENT_TYPE
        : Registry.PROMETHEUS_CONTENT_TYPE,
    );
    try {
      return await registry.metrics();
    } finally {
      // For OpenMetrics, prom-client removes `_total` from the names of counters, and does not restore it.
      for (const [name, counter] of counters) Object.assign(counter, { name });
    }
  };
  return {
    set(measurements) {
      clear();
      for (const { name, labels = {}, value } of measurements) gauges.get(name)?.set(labels, value);
    },
    add(measurements) {
      for (const { name, labels = {}, value } of measurements) {
        counters.get(name)?.inc(labels, value);
        histograms.get(name)?.observe(labels, value);
      }
    },
    text(format) {
      // The registry has one content type: two formats at once would be mixed.
      const next = written.then(() => write(format));
      written = next.catch(() => undefined);
      return next;
    },
  };
}

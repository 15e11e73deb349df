/** Metrics in the conventions of Prometheus; `host/metrics/` implements them with prom-client. */

export type MetricSpec = {
  /** With its unit, and `_total` for a counter. */
  readonly name: string;
  readonly type: 'gauge' | 'counter' | 'histogram';
  readonly help: string;
  /** Names of labels; their values must be few and known beforehand. */
  readonly labels: readonly string[];
  /** Upper bounds, of a histogram only. */
  readonly buckets?: readonly number[];
};

export type Measurement = {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Of a gauge: what it is now. Of a counter: how much is added. Of a histogram: one observation. */
  readonly value: number;
};

/** `openmetrics` is the standard of that name, `prometheus` the older text format of textfile collectors. */
export const metricFormats = ['openmetrics', 'prometheus'] as const;
export type MetricFormat = (typeof metricFormats)[number];

export type Metrics = {
  /** Sets gauges; series of these gauges that are not among the measurements vanish. */
  set(gauges: readonly Measurement[]): void;
  /** Adds to counters and histograms. */
  add(counts: readonly Measurement[]): void;
  text(format: MetricFormat): Promise<string>;
};

export type MetricsAddress = { readonly host: string; readonly port: number };

export type MetricsExport = Metrics & {
  /** Serves the metrics at the address, and writes the file. What fails is reported once, and tried again. */
  publish(where: { readonly address?: MetricsAddress; readonly textfile?: string }): Promise<void>;
  close(): void;
};

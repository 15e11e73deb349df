/** What the guard has besides its own output: metrics, alerts, hooks and messages. */
import type { Reading } from '../core/model/model.ts';
import type { HookRunner } from '../core/ports/hook-runner.ts';
import type { Host } from '../core/ports/host.ts';
import type { MetricSpec, MetricsAddress, MetricsExport } from '../core/ports/metrics.ts';
import { type Alerts, createAlerts, type EarlierAlerts, standardRules } from './alerts.ts';
import { createLogReader } from './cleanups.ts';
import { createCollector } from './collector.ts';
import { createHooks, type Hook } from './hooks.ts';
import { metricSpecs } from './metric-table.ts';
import type { GuardEvent, GuardObserver } from './observer.ts';
import { createRecentLog } from './recent.ts';

export const messageWays = ['tmux', 'desktop', 'off'] as const;
export type MessageWay = (typeof messageWays)[number];

export type OutputConfig = {
  readonly metrics?: MetricsAddress;
  readonly textfile?: string;
  readonly hooks: readonly Hook[];
  readonly message: MessageWay;
};

/** @returns what a guard that must change nothing keeps of it. */
export function withoutEffects({ metrics }: OutputConfig): OutputConfig {
  return { metrics, hooks: [], message: 'off' };
}

export type OutputPorts = {
  readonly host: Pick<Host, 'clock' | 'machine'> & {
    readonly auditLog: Pick<Host['auditLog'], 'follow'>;
    readonly processes: Pick<Host['processes'], 'isRunning'>;
  };
  readonly hookRunner: HookRunner;
  /** Shows a message to the user. */
  message(way: MessageWay, text: string): Promise<Reading<true>>;
  /** Loads the implementation, if metrics are wanted. */
  loadMetrics(): Promise<{
    createExport(
      specs: readonly MetricSpec[],
      warn: (text: string) => void,
      opened: (url: string) => void,
    ): MetricsExport;
  }>;
};

export type OutputOptions = {
  readonly config: OutputConfig;
  readonly version: string;
  readonly programs: readonly string[];
  /** Between polls, milliseconds. */
  readonly intervalMs: number;
  /** For a guard that runs once. */
  readonly earlier?: EarlierAlerts;
};

export type GuardOutputs = {
  readonly observer: GuardObserver;
  readonly alerts: Alerts;
  /** @param report passes warnings on to every observer. */
  connect(report: (event: GuardEvent) => void): void;
  /** Applies another configuration from now on. */
  configure(next: Pick<OutputOptions, 'config' | 'intervalMs'>): void;
  /** Ends the service. @param waits first for hooks that run, until their time-outs. */
  close(waits: boolean): Promise<void>;
};

export function createOutputs(ports: OutputPorts, options: OutputOptions): GuardOutputs {
  const { host, hookRunner } = ports;
  let { config, intervalMs } = options;
  let report: (event: GuardEvent) => void = () => undefined;
  let workspaces: readonly string[] = [];
  const warned = new Set<string>();
  const warn = (text: string) => report({ event: 'warning', at: host.clock.now(), text });
  const warnOnce = (what: string, reason: string) => {
    if (warned.has(what)) return;
    warned.add(what);
    warn(`${what}: ${reason}`);
  };
  const wantsMetrics = () => config.metrics !== undefined || config.textfile !== undefined;
  const read = createLogReader(host.processes.isRunning);
  const follow = host.auditLog.follow();
  const recent = createRecentLog(() => read(follow()), host.clock.now);
  const alerts = createAlerts(
    () => ({ ...standardRules, intervalMs }),
    () => recent.lastHour(),
    options.earlier,
  );

  let exporting: MetricsExport | undefined;
  let collector: GuardObserver | undefined;
  /** For metrics that are loaded later: alerts that last, by name, and hooks that ran. */
  const raised = new Map<unknown, GuardEvent>(
    options.earlier?.raised.map(({ name, since, text }) => [
      name,
      { event: 'alert-raised', at: since, text, name },
    ]),
  );
  const early: GuardEvent[] = [];
  let published = Promise.resolve();
  const openMetrics = async () => {
    if (exporting !== undefined) return exporting;
    const { createExport } = await ports.loadMetrics();
    exporting = createExport(metricSpecs(), warn, url =>
      report({ event: 'metrics-served', at: host.clock.now(), text: url, url }),
    );
    // A reader of its own: metrics count from the beginning of the log, also if they are wanted later.
    const readAll = createLogReader(host.processes.isRunning);
    const followAll = host.auditLog.follow();
    collector = createCollector(exporting, {
      ...options,
      intervalMs: () => intervalMs,
      news: () => readAll(followAll()),
    });
    for (const event of [...raised.values(), ...early.splice(0)]) collector.happened(event);
    return exporting;
  };
  const publish = async (look: Parameters<GuardObserver['looked']>[0]) => {
    // A server that is no longer wanted is closed.
    if (!wantsMetrics()) return exporting?.publish({});
    const opened = await openMetrics();
    collector?.looked(look);
    await opened.publish({ address: config.metrics, textfile: config.textfile });
  };
  const count = (event: GuardEvent) => {
    if (event.event === 'alert-raised') raised.set(event.name, event);
    if (event.event === 'alert-cleared') raised.delete(event.name);
    if (collector !== undefined) collector.happened(event);
    else if (event.event === 'hook-ran' && wantsMetrics()) early.push(event);
  };

  const hooks = createHooks(config.hooks, hookRunner, {
    clock: host.clock,
    report: event => (event.event === 'hook-ran' ? count(event) : report(event)),
    about: () => ({ host: host.machine.host, workspaces }),
  });
  const show = async (text: string) => {
    const { message: way } = config;
    if (way === 'off') return;
    const shown = await ports.message(way, `vigil: ${text}`);
    if (!shown.ok) warnOnce(`cannot show a message (${way})`, shown.reason);
  };

  return {
    observer: {
      looked(look) {
        ({ workspaces } = look.snapshot);
        const next = published.then(() => publish(look));
        published = next.catch(error =>
          warnOnce('cannot export metrics', (error as Error).message),
        );
      },
      happened(event) {
        count(event);
        hooks.happened(event);
        if (event.event === 'alert-raised' || event.event === 'alert-cleared')
          void show(event.text);
      },
    },
    alerts,
    connect(next) {
      report = next;
    },
    configure(next) {
      ({ config, intervalMs } = next);
      hooks.configure(config.hooks);
      warned.clear();
    },
    async close(waits) {
      if (waits) await Promise.all([published, hooks.idle()]);
      exporting?.close();
    },
  };
}

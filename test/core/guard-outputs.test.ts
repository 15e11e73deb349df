/** Metrics, alerts, hooks and messages as one part of the guard. */
import { expect, it } from 'vitest';
import type { Reading } from '../../source/core/model/model.ts';
import type { MetricsExport } from '../../source/core/ports/metrics.ts';
import type { GuardEvent } from '../../source/guard/observer.ts';
import { createOutputs, type OutputConfig, withoutEffects } from '../../source/guard/outputs.ts';
import { agentRow, snapshotOf, takenAt } from '../fixtures/snapshot.ts';
import { manualClock } from '../helpers/manual-clock.ts';

const nothing: OutputConfig = { hooks: [], message: 'off' };
const raised = { event: 'alert-raised', at: takenAt, text: 'warning: 1 ghost', name: 'ghosts' };

function world(
  config: OutputConfig,
  shown: Reading<true> = { ok: true, value: true },
  log: readonly unknown[] = [],
) {
  const events: GuardEvent[] = [];
  const messages: string[] = [];
  const published: unknown[] = [];
  const gauges = new Map<string, number>();
  const counters = new Map<string, number>();
  let loads = 0;
  let isClosed = false;
  const keyOf = (name: string, labels: object = {}) => [name, ...Object.values(labels)].join(' ');
  const exported: MetricsExport = {
    set: all => {
      gauges.clear();
      for (const { name, labels, value } of all) gauges.set(keyOf(name, labels), value);
    },
    add: all => {
      for (const { name, labels, value } of all) {
        const key = keyOf(name, labels);
        counters.set(key, (counters.get(key) ?? 0) + value);
      }
    },
    text: async () => '',
    publish: async where => void published.push(where),
    close: () => {
      isClosed = true;
    },
  };
  const { clock } = manualClock(takenAt);
  const outputs = createOutputs(
    {
      host: {
        clock,
        machine: { host: 'devbox', bootId: 'boot', uid: 1000, pid: 999 },
        auditLog: {
          follow: () => {
            const rest = [...log];
            return () => rest.splice(0);
          },
        },
        processes: { isRunning: () => true },
      },
      hookRunner: { run: async () => ({ outcome: 'failed', reason: 'exit code 1', output: '' }) },
      message: async (way, text) => {
        messages.push(`${way} ${text}`);
        return shown;
      },
      loadMetrics: async () => {
        loads++;
        return { createExport: () => exported };
      },
    },
    { config, version: '1', programs: [], intervalMs: 30_000 },
  );
  outputs.connect(event => {
    events.push(event);
    outputs.observer.happened(event);
  });
  const look = async () => {
    const snapshot = snapshotOf([agentRow('a-1', 'working', { class: 'ghost' })]);
    outputs.observer.looked({ snapshot, at: takenAt, tookMs: 1 });
    await new Promise(setImmediate);
  };
  return {
    ...{ outputs, events, messages, published, gauges, counters, look },
    loads: () => loads,
    isClosed: () => isClosed,
  };
}

it('metrics are loaded only if they are wanted, and then once', async () => {
  const { look, loads, outputs, published, gauges } = world(nothing);
  await look();
  expect(loads()).toBe(0);
  const metrics = { host: '127.0.0.1', port: 9464 };
  outputs.configure({ config: { ...nothing, metrics }, intervalMs: 5000 });
  await look();
  await look();
  expect(loads()).toBe(1);
  expect(published.at(-1)).toEqual({ address: metrics, textfile: undefined });
  expect(gauges.get('vigil_look_interval_seconds')).toBe(5);
  expect(gauges.get('vigil_agents ghost none')).toBe(1);
  outputs.configure({ config: nothing, intervalMs: 5000 });
  await look();
  expect(published.at(-1)).toEqual({});
});

it('metrics that are wanted later count from the beginning of the log, with the alerts that last', async () => {
  const line = (fields: object) => ({
    ...{ time: new Date(takenAt).toISOString(), target: 'agent:a-1' },
    ...{ by: { uid: 0, pid: 412, start: '1', command: 'kill' }, ...fields },
  });
  const log = [
    line({ event: 'end', name: 'a-1', agentId: 'a-1', class: 'live', reason: 'x' }),
    line({ outcome: 'survived', durationMs: 3600, attempts: 3, errors: [], left: [] }),
  ];
  const { look, outputs, counters, gauges } = world(nothing, undefined, log);
  outputs.alerts.step({ snapshot: snapshotOf(), at: takenAt, tookMs: 1 }, {});
  outputs.observer.happened(raised);
  outputs.observer.happened({ ...raised, name: 'zombies' });
  outputs.observer.happened({ ...raised, event: 'alert-cleared', name: 'zombies' });
  await look();
  outputs.configure({ config: { ...nothing, textfile: '/t.prom' }, intervalMs: 30_000 });
  await look();
  expect(counters.get('vigil_cleanup_failures_total survived')).toBe(1);
  expect(gauges.get('vigil_alerts ghosts')).toBe(1);
  expect(gauges.get('vigil_alerts zombies')).toBe(0);
});

it('what happens before the first poll counts too; the service ends with the guard', async () => {
  const hook = { on: ['alert-raised'], command: ['x'], timeoutMs: 1000, limit: 5 };
  const { look, outputs, counters, gauges, events, isClosed } = world({
    ...nothing,
    textfile: '/t.prom',
    hooks: [hook],
  });
  outputs.observer.happened(raised);
  await look();
  expect(gauges.get('vigil_alerts ghosts')).toBe(1);
  expect(counters.get('vigil_hook_runs_total failed')).toBe(1);
  // Runs are counted; only their failure is reported.
  expect(events.map(({ event, text }) => `${event}: ${text}`)).toEqual([
    'warning: hook x: exit code 1',
  ]);
  await outputs.close(true);
  expect(isClosed()).toBe(true);
});

it('a message is shown for an alert; that none can be shown is one warning', async () => {
  const { outputs, messages, events } = world(
    { ...nothing, message: 'desktop' },
    { ok: false, reason: 'notify-send is not installed' },
  );
  outputs.observer.happened({ ...raised, event: 'swept' });
  outputs.observer.happened(raised);
  outputs.observer.happened({ ...raised, event: 'alert-cleared' });
  await new Promise(setImmediate);
  expect(messages).toEqual(Array(2).fill('desktop vigil: warning: 1 ghost'));
  expect(events.map(({ text }) => text)).toEqual([
    'cannot show a message (desktop): notify-send is not installed',
  ]);
});

it('a dry run keeps only the metrics that are served', () => {
  const metrics = { host: '127.0.0.1', port: 9464 };
  const hook = { on: ['alert-raised'], command: ['x'], timeoutMs: 1000, limit: 5 };
  const config: OutputConfig = { metrics, textfile: '/t.prom', hooks: [hook], message: 'tmux' };
  expect(withoutEffects(config)).toEqual({ metrics, hooks: [], message: 'off' });
});

/** Metrics of a poll and of the audit log. */
import { expect, it } from 'vitest';
import type { Row } from '../../source/core/model/model.ts';
import type { Measurement } from '../../source/core/ports/metrics.ts';
import { statsOf } from '../../source/guard/cleanup-stats.ts';
import { createLogReader } from '../../source/guard/cleanups.ts';
import { createCollector } from '../../source/guard/collector.ts';
import { measureLog, measureSnapshot, zeros } from '../../source/guard/measure.ts';
import { metricSpecs } from '../../source/guard/metric-table.ts';
import { createMetricsText } from '../../source/guard/metrics-text.ts';
import { quantile } from '../../source/guard/quantile.ts';
import { createRecentLog } from '../../source/guard/recent.ts';
import { createMetrics } from '../../source/host/metrics/prometheus.ts';
import { agentRow, snapshotOf, takenAt } from '../fixtures/snapshot.ts';

const startedAt = Date.parse('2026-11-29T17:04:05.000Z');
const by = { uid: 0, pid: 412, start: '9000', command: 'kill' };
const line = (fields: object, more: object = {}) => ({
  time: new Date(startedAt).toISOString(),
  by,
  target: 'agent:a-1',
  ...fields,
  ...more,
});
const begun = line({ event: 'end', name: 'a-1', agentId: 'a-1', class: 'live', reason: 'x' });
const sent = (signal: string, result = 'sent') =>
  line({ pid: 77, start: '1', signal, result, command: 'claude', stage: 'terminating' });
const ended = (outcome: string, more: object = {}) =>
  line({ outcome, durationMs: 3600, attempts: 3, errors: [], left: [], ...more });
const gone = () => false;
const running = () => true;
const cleanupsIn = (...lines: readonly unknown[]) => createLogReader(running)(lines).cleanups;
const totalOf = (measured: readonly Measurement[], name: string, labels?: object) =>
  measured
    .filter(each => each.name === name)
    .filter(each => labels === undefined || JSON.stringify(each.labels) === JSON.stringify(labels))
    .reduce<number | undefined>((sum, { value }) => (sum ?? 0) + value, undefined);

it('a cleanup has its end, duration, retries and escalation', () => {
  expect(cleanupsIn(begun, sent('SIGTERM'), sent('SIGKILL'), ended('killed'))).toEqual([
    {
      ...{ at: startedAt + 3600, durationMs: 3600, outcome: 'killed', retries: 2 },
      ...{ escalated: true, escalations: ['SIGKILL'], respawnedBy: undefined },
    },
  ]);
});

it('only a signal after a gentler one is an escalation, and only if it was sent', () => {
  const escalationsOf = (...signals: readonly unknown[]) =>
    cleanupsIn(begun, ...signals, ended('killed'))[0]?.escalations;
  expect(escalationsOf(sent('SIGTERM'))).toEqual([]);
  expect(escalationsOf(sent('SIGSTOP'), sent('SIGKILL'))).toEqual([]);
  expect(escalationsOf(sent('SIGTERM'), sent('SIGKILL', 'gone'))).toEqual([]);
  expect(escalationsOf(sent('SIGUSR1'), sent('SIGTERM'), sent('SIGKILL'))).toEqual([
    'SIGTERM',
    'SIGKILL',
  ]);
});

it('lines that come in parts are one cleanup, and two vigils are two', () => {
  const read = createLogReader(running);
  expect(read([begun, sent('SIGTERM')]).cleanups).toEqual([]);
  const other = { by: { ...by, pid: 413 } };
  expect(
    read([
      { ...begun, ...other },
      { ...ended('exited'), ...other },
    ]).cleanups,
  ).toMatchObject([{ outcome: 'exited', escalated: false }]);
  expect(read([sent('SIGKILL'), ended('killed')]).cleanups).toMatchObject([{ escalated: true }]);
  expect(read([]).cleanups).toEqual([]);
});

it('a cleanup whose vigil was killed is interrupted, once', () => {
  let isRunning = true;
  const read = createLogReader(() => isRunning);
  expect(read([begun]).cleanups).toEqual([]);
  isRunning = false;
  const { cleanups } = read([]);
  expect(cleanups).toMatchObject([{ outcome: 'interrupted', durationMs: 0 }]);
  expect(read([]).cleanups).toEqual([]);
  const measured = measureLog({ cleanups, lockWaitsMs: [] });
  expect(totalOf(measured, 'vigil_cleanup_duration_seconds')).toBeUndefined();
  expect(totalOf(measured, 'vigil_cleanup_failures_total', { outcome: 'interrupted' })).toBe(1);
});

it('lines of other kinds and torn ones count nothing', () => {
  const lines = [
    null,
    7,
    {},
    line({ event: 'sweep', outcome: 'done' }),
    line({ event: 'signal', name: 'a-1' }),
    sent('SIGSTOP'),
    { registry: '/w/r.json', modified: '1', waitedMs: 12.5 },
    { registry: '/w/r.json', modified: '1' },
  ];
  expect(createLogReader(gone)(lines)).toEqual({ cleanups: [], lockWaitsMs: [12.5] });
});

it('the log is counted by outcome, signal and owner', () => {
  const cleanups = cleanupsIn(
    ...[begun, ended('exited', { attempts: 1 }), begun, sent('SIGTERM'), sent('SIGKILL')],
    ...[
      ended('survived', { respawnedBy: 'supervisor' }),
      begun,
      ended('vanished', { attempts: 0 }),
    ],
  );
  const measured = measureLog({ cleanups, lockWaitsMs: [250] });
  const total = (name: string, labels?: object) => totalOf(measured, name, labels);
  expect(measured.filter(({ name }) => name === 'vigil_cleanup_duration_seconds')).toHaveLength(3);
  expect(total('vigil_cleanup_duration_seconds')).toBeCloseTo(10.8);
  expect(total('vigil_cleanup_retries_total')).toBe(2);
  expect(total('vigil_cleanup_escalations_total', { signal: 'SIGKILL' })).toBe(1);
  expect(total('vigil_cleanup_failures_total')).toBe(1);
  expect(total('vigil_respawns_total', { owner: 'supervisor' })).toBe(1);
  expect(total('vigil_lock_wait_seconds')).toBe(0.25);
});

it('a poll has agents by class and program, of which unknown ones are one', () => {
  const live = (id: string, program?: string): Row =>
    agentRow(id, 'working', { class: 'live', program });
  const rows = [
    live('a-1', 'claude'),
    live('a-2', 'claude'),
    live('a-3', '/x/sécret'),
    live('a-4', 'mine'),
  ];
  const measured = measureSnapshot(snapshotOf(rows), { programs: ['mine'] });
  const agents = (own: string, program: string) =>
    totalOf(measured, 'vigil_agents', { class: own, program });
  expect(agents('live', 'claude')).toBe(2);
  expect(agents('live', 'other')).toBe(1);
  expect(agents('live', 'mine')).toBe(1);
  expect(agents('ghost', 'none')).toBe(0);
  expect(agents('zombie', 'none')).toBeUndefined();
});

it('a poll has its leftovers, sources and time', () => {
  const session = { socket: 'default', name: 'agent_x', attached: 0 };
  const rows = [
    agentRow('a-1', 'completed', { class: 'undead', session }),
    agentRow('a-2', 'working', { class: 'live', session: { ...session, name: 'agent_y' } }),
    agentRow('a-3', 'working', { class: 'husk', session }),
    agentRow('a-4', '', { class: 'zombie' }),
  ];
  const problems = [{ source: 'tmux', message: 'no answer', unread: true }] as const;
  const measured = measureSnapshot(snapshotOf(rows, { problems }), { programs: [] });
  expect(totalOf(measured, 'vigil_lingering_tmux_sessions')).toBe(1);
  expect(totalOf(measured, 'vigil_zombie_processes')).toBe(1);
  expect(totalOf(measured, 'vigil_source_up', { source: 'tmux' })).toBe(0);
  expect(totalOf(measured, 'vigil_source_up', { source: 'processes' })).toBe(1);
  expect(totalOf(measured, 'vigil_last_look_timestamp_seconds')).toBe(takenAt / 1000);
});

it('no label has a value of the machine', () => {
  const specs = metricSpecs();
  const labels = new Set(specs.flatMap(each => each.labels));
  expect([...labels].sort()).toEqual([
    ...['alert', 'class', 'outcome', 'owner', 'program', 'result', 'signal', 'source', 'version'],
  ]);
  const names = new Set(specs.map(({ name }) => name));
  const measured = [...measureSnapshot(snapshotOf(), { programs: [] }), ...zeros];
  expect(measured.filter(({ name }) => !names.has(name))).toEqual([]);
});

it('prom-client writes both formats; series that are gone vanish', async () => {
  const metrics = createMetrics(metricSpecs());
  let news = { cleanups: cleanupsIn(begun, ended('exited')), lockWaitsMs: [] as number[] };
  const options = { version: '1.2.3', programs: [], intervalMs: () => 30_000, news: () => news };
  const collector = createCollector(metrics, options);
  const look = (rows: readonly Row[]) =>
    collector.looked({ snapshot: snapshotOf(rows), at: takenAt, tookMs: 8 });
  const claude = agentRow('a-1', 'working', { class: 'live', program: 'claude' });
  look([claude]);
  news = { cleanups: [], lockWaitsMs: [] };
  const raised = { event: 'alert-raised', at: 0, text: '', name: 'ghosts' };
  collector.happened(raised);
  collector.happened({ event: 'hook-ran', at: 0, text: '', result: 'failed' });
  look([claude]);
  const text = await metrics.text('prometheus');
  expect(text).toContain('vigil_agents{class="live",program="claude"} 1\n');
  expect(text).toContain('vigil_cleanup_duration_seconds_count 1\n');
  expect(text).toContain('vigil_cleanup_retries_total 2\n');
  expect(text).toContain('vigil_alerts{alert="ghosts"} 1\n');
  expect(text).toContain('vigil_hook_runs_total{result="failed"} 1\n');
  expect(text).toContain('vigil_look_interval_seconds 30\n');
  expect(text).toContain(`vigil_last_cleanup_timestamp_seconds ${(startedAt + 3600) / 1000}\n`);
  expect(text).toContain('vigil_build_info{version="1.2.3"} 1\n');
  collector.happened({ ...raised, event: 'alert-cleared' });
  look([]);
  const later = await metrics.text('openmetrics');
  expect(later).not.toContain('program="claude"');
  expect(later).toContain('vigil_alerts{alert="ghosts"} 0\n');
  expect(later).toContain('# TYPE vigil_cleanup_retries counter\n');
  expect(later.endsWith('# EOF\n')).toBe(true);
});

it('one command has no metrics of guards', async () => {
  const lines = [begun, sent('SIGTERM'), sent('SIGKILL'), ended('killed')];
  const host = { auditLog: { follow: () => () => lines }, processes: { isRunning: running } };
  const about = { version: '1.2.3', programs: [] };
  const textOf = createMetricsText(host, about, async () => ({ createMetrics }));
  const text = await textOf(snapshotOf(), 'prometheus');
  expect(text).toContain('vigil_cleanup_escalations_total{signal="SIGKILL"} 1\n');
  expect(text).not.toMatch(/vigil_(alerts|hook_runs_total|look_interval_seconds)/);
});

it('quantiles are measured values; statistics leave out what has no duration', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
  expect([0.5, 0.95, 0.99, 1].map(share => quantile(hundred, share))).toEqual([50, 95, 99, 100]);
  expect(quantile([7], 0.95)).toBe(7);
  expect(quantile([], 0.5)).toBeUndefined();
  const [cleanup] = cleanupsIn(begun, ended('exited'));
  const stats = statsOf([
    ...(cleanup === undefined ? [] : [cleanup, cleanup]),
    ...createLogReader(gone)([begun]).cleanups,
  ]);
  expect(stats).toMatchObject({
    ...{ count: 3, escalated: 0, retries: 4, from: startedAt, to: startedAt + 3600 },
    durations: { p50: 3600, p95: 3600, p99: 3600, longest: 3600 },
    outcomes: new Map(Object.entries({ exited: 2, interrupted: 1 })),
  });
});

it('the last hour forgets what is older', () => {
  let now = startedAt + 4000;
  let lines: readonly unknown[] = [begun, ended('exited')];
  const read = createLogReader(running);
  const recent = createRecentLog(
    () => read(lines),
    () => now,
  );
  expect(recent.lastHour()).toHaveLength(1);
  lines = [];
  now += 3_500_000;
  expect(recent.lastHour()).toHaveLength(1);
  now += 100_000;
  expect(recent.lastHour()).toHaveLength(0);
});

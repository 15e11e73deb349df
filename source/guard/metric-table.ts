/** The metrics that vigil exports. Labels have few values: never a pid, an agent id, a session or a path. */
import type { MetricSpec } from '../core/ports/metrics.ts';

const table = {
  vigil_cleanup_duration_seconds: {
    type: 'histogram',
    help: 'Time from the first signal to the verified end of an agent (cleanup_duration_seconds).',
    // An alert is raised for a p95 of more than 5 s.
    buckets: [0.1, 0.25, 0.5, 1, 2, 3, 4, 5, 7.5, 10, 30, 60],
  },
  vigil_cleanup_retries_total: {
    type: 'counter',
    help: 'Waits for processes to exit after the first wait (cleanup_retry_attempts).',
  },
  vigil_cleanup_escalations_total: {
    type: 'counter',
    help: 'Cleanups that needed this signal after a gentler one (cleanup_sigkill_escalations).',
    labels: ['signal'],
  },
  vigil_cleanup_failures_total: {
    type: 'counter',
    help: 'Cleanups after which something was still running, or that were interrupted (cleanup_failures).',
    labels: ['outcome'],
  },
  vigil_respawns_total: {
    type: 'counter',
    help: 'Agents that were started again while they were ended, by what started them.',
    labels: ['owner'],
  },
  vigil_lock_wait_seconds: {
    type: 'histogram',
    help: 'Wait for the locks of a registry before a change.',
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30],
  },
  vigil_last_cleanup_timestamp_seconds: {
    type: 'gauge',
    help: 'When the last cleanup ended, in seconds since the epoch.',
  },
  vigil_zombie_processes: {
    type: 'gauge',
    help: 'Processes of agents that are dead and not reaped (zombie_processes_detected).',
  },
  vigil_lingering_tmux_sessions: {
    type: 'gauge',
    help: 'tmux sessions of undead agents, husks and orphans (lingering_tmux_sessions).',
  },
  vigil_agents: {
    type: 'gauge',
    help: 'Agents, sessions and leftovers by class and agent program.',
    labels: ['class', 'program'],
  },
  vigil_leaked_memory_bytes: {
    type: 'gauge',
    help: 'Resident memory of undead agents, husks and orphans.',
  },
  vigil_source_up: {
    type: 'gauge',
    help: '1 if the last poll could read the source, else 0.',
    labels: ['source'],
  },
  vigil_last_look_timestamp_seconds: {
    type: 'gauge',
    help: 'When the last poll was taken, in seconds since the epoch.',
  },
  vigil_look_duration_seconds: { type: 'gauge', help: 'Duration of the last poll.' },
  vigil_look_interval_seconds: { type: 'gauge', help: 'Time between the polls of the guard.' },
  vigil_alerts: {
    type: 'gauge',
    help: '1 while the guard reports this alert, else 0.',
    labels: ['alert'],
  },
  vigil_hook_runs_total: {
    type: 'counter',
    help: 'Runs of configured hooks by result; skipped ones exceeded the rate limit.',
    labels: ['result'],
  },
  vigil_build_info: { type: 'gauge', help: '1, with the version of vigil.', labels: ['version'] },
} as const;

export type MetricName = keyof typeof table;

type Row = Omit<MetricSpec, 'name' | 'labels'> & { readonly labels?: readonly string[] };

/** @param names the metrics wanted. */
export function metricSpecs(
  isWanted: (name: MetricName) => boolean = () => true,
): readonly MetricSpec[] {
  const rows = Object.entries(table) as readonly (readonly [MetricName, Row])[];
  return rows
    .filter(([name]) => isWanted(name))
    .map(([name, row]) => ({ name, labels: [], ...row }));
}

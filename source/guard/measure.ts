/** What a poll, and the news of the audit log, mean in metrics. */
import { groupBy } from '../core/model/group-by.ts';
import { type Problem, type Row, rowClasses, type Snapshot } from '../core/model/model.ts';
import { respawners } from '../core/ports/audit-log.ts';
import type { Measurement } from '../core/ports/metrics.ts';
import { agentPrograms } from '../core/programs/agent-programs.ts';
import { escalationSignals, failures, type LogNews } from './cleanups.ts';
import type { MetricName } from './metric-table.ts';

type Labels = Readonly<Record<string, string>>;

function measured(name: MetricName, value: number, labels?: Labels): Measurement {
  return { name, value, labels };
}

const sources: readonly Problem['source'][] = [
  'tmux',
  'processes',
  'registry',
  'recorder',
  'workspace',
];
/** A session of these is one that nothing needs. */
const lingering: ReadonlySet<string> = new Set(['undead', 'husk', 'orphan']);
/** Zombies have a metric of their own. */
const counted = rowClasses.filter(name => name !== 'zombie');
const none = 'none';
const other = 'other';

export type MeasureOptions = {
  /** Programs that are treated as agents too. */
  readonly programs: readonly string[];
};

/** @returns gauges of one poll; each class has at least one series, so that a count of zero is shown as one. */
export function measureSnapshot(
  snapshot: Snapshot,
  { programs }: MeasureOptions,
): readonly Measurement[] {
  const known = new Set([...agentPrograms.map(({ name }) => name), ...programs]);
  const programOf = ({ program }: Row) =>
    program === undefined ? none : known.has(program) ? program : other;
  const agents = groupBy(
    snapshot.rows.filter(row => row.class !== 'zombie'),
    row => JSON.stringify({ class: row.class, program: programOf(row) }),
  );
  const empty = counted.map(name => JSON.stringify({ class: name, program: none }));
  const sessions = snapshot.rows.flatMap(({ class: own, session }) =>
    session !== undefined && lingering.has(own) ? [`${session.socket}/${session.name}`] : [],
  );
  const unread = new Set(snapshot.problems.filter(each => each.unread).map(each => each.source));
  return [
    measured('vigil_zombie_processes', snapshot.totals.zombie),
    measured('vigil_lingering_tmux_sessions', new Set(sessions).size),
    ...[...new Set([...empty, ...agents.keys()])].map(labels =>
      measured('vigil_agents', agents.get(labels)?.length ?? 0, JSON.parse(labels)),
    ),
    measured('vigil_leaked_memory_bytes', snapshot.totals.reclaimableBytes),
    ...sources.map(source => measured('vigil_source_up', unread.has(source) ? 0 : 1, { source })),
    measured('vigil_last_look_timestamp_seconds', snapshot.takenAt / 1000),
    measured('vigil_look_duration_seconds', snapshot.tookMs / 1000),
  ];
}

/** Counters with labels begin at zero: a series that appears with its first event has no increase. */
export const zeros: readonly Measurement[] = [
  measured('vigil_cleanup_retries_total', 0),
  ...escalationSignals.map(signal => measured('vigil_cleanup_escalations_total', 0, { signal })),
  ...failures.map(outcome => measured('vigil_cleanup_failures_total', 0, { outcome })),
  ...respawners.map(owner => measured('vigil_respawns_total', 0, { owner })),
];

/** @returns what the news of the audit log add. */
export function measureLog({ cleanups, lockWaitsMs }: LogNews): readonly Measurement[] {
  return [
    ...cleanups.flatMap(({ durationMs, outcome, escalations, retries, respawnedBy }) => [
      // An interrupted one has no duration.
      ...(outcome === 'interrupted'
        ? []
        : [measured('vigil_cleanup_duration_seconds', durationMs / 1000)]),
      measured('vigil_cleanup_retries_total', retries),
      ...escalations.map(signal => measured('vigil_cleanup_escalations_total', 1, { signal })),
      ...failures
        .filter(each => each === outcome)
        .map(each => measured('vigil_cleanup_failures_total', 1, { outcome: each })),
      ...respawners
        .filter(each => each === respawnedBy)
        .map(owner => measured('vigil_respawns_total', 1, { owner })),
    ]),
    ...lockWaitsMs.map(ms => measured('vigil_lock_wait_seconds', ms / 1000)),
  ];
}

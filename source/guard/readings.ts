/** What the guard reads beyond a poll: only for live agents, and only what a rule needs. */
import type { Row, Snapshot } from '../core/model/model.ts';
import type { GuardSensors } from '../core/ports/guard-ports.ts';
import { agentFilePath } from '../core/registry/agent-names.ts';
import type { Readings } from './conditions.ts';
import type { GuardConfig } from './config.ts';

export function readingsFor(
  { rows }: Snapshot,
  { limits }: GuardConfig,
  sensors: GuardSensors,
): Readings {
  const live = rows.filter(row => row.class === 'live');
  const counts =
    limits.descriptors === undefined
      ? new Map<number, number>()
      : sensors.countDescriptors(live.flatMap(row => row.processes));
  const sumOf = (row: Row) =>
    row.processes.reduce((sum, { pid }) => sum + (counts.get(pid) ?? 0), 0);
  return {
    descriptors: new Map(live.map(row => [row.key, sumOf(row)])),
    logBytes: new Map(
      live.flatMap(row => {
        const path = logPathOf(row);
        const size = path === undefined ? undefined : sensors.sizeOf(path);
        return size === undefined ? [] : [[row.key, size] as const];
      }),
    ),
  };
}

function logPathOf({ workspace, task, agentId }: Row): string | undefined {
  return workspace === undefined || task === undefined || agentId === undefined
    ? undefined
    : `${workspace}/${task}/${agentFilePath(agentId, 'log_file')}`;
}

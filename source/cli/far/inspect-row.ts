/** `why` for the screen of another machine: one row, as its detail, log or pane shows it. */
import { createHistorian } from '../../core/inventory/historian.ts';
import { type Inspection, subjectOf } from '../../core/model/inspection.ts';
import type { Snapshot } from '../../core/model/model.ts';
import type { CommandTools } from '../../core/ports/command-tools.ts';
import { isStill } from '../../core/rows/targets.ts';
import { inspectionSchema } from '../../fleet/far-inspection.ts';
import type { FarRequest } from '../../fleet/frames.ts';
import { deedJson } from '../commands/log.ts';
import { exitCodes, type Output } from '../output.ts';

/** @param key of the row. @returns the exit code: 3 if there is no such row, 4 if it has other processes by now. */
export async function inspectRow(
  { monitor, host }: Pick<CommandTools, 'monitor' | 'host'>,
  key: string | undefined,
  { aspect = 'detail', identities }: FarRequest,
  output: Output,
): Promise<number> {
  const rowIn = ({ rows }: Snapshot) => rows.find(each => each.key === key);
  let snapshot = await monitor.poll();
  // Most rows are there at the first poll; what two have to agree on is not.
  if (rowIn(snapshot) === undefined) snapshot = await monitor.pollUntilSettled();
  const row = rowIn(snapshot);
  const inventory = monitor.inventory();
  if (row === undefined || inventory === undefined) {
    const unread = snapshot.problems.find(problem => problem.unread);
    output.warn(unread?.message ?? 'there is no such row any more');
    return unread === undefined ? exitCodes.noTarget : exitCodes.unreadable;
  }
  if (!isStill(row, identities)) {
    output.warn('its processes are others now');
    return exitCodes.refused;
  }
  const subject = subjectOf(row, inventory, aspect);
  const inspection = await host.processes.inspect(subject);
  const isDetail = aspect === 'detail';
  output.json(
    {
      ...{ schema: inspectionSchema, takenAt: new Date(host.clock.now()).toISOString() },
      ...plain(inspection),
      login: isDetail && subject.pane ? host.logins.read(subject.pane.serverPid) : undefined,
      history: isDetail ? createHistorian(host).about(row).slice(-mostDeeds).map(deedJson) : [],
    },
    'compact',
  );
  return exitCodes.done;
}

/** More than the detail shows. */
const mostDeeds = 20;

/** JSON has no maps. */
function plain({ directories, ports, ...rest }: Inspection) {
  return { ...rest, directories: [...directories], ports: [...ports] };
}

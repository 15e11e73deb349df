/** Adds to each row the ports that its processes listen on: for a filter that names ports. */
import type { Row, Snapshot } from '../model/model.ts';
import type { Sources } from '../ports/host.ts';

/** Processes read at a time: keys are handled in between. */
const atOnce = 200;

/** Ports of unreadable processes are missing. */
export async function withRowPorts(
  snapshot: Snapshot,
  { processes, clock }: Pick<Sources, 'processes' | 'clock'>,
): Promise<Snapshot> {
  const members = snapshot.rows.flatMap(row => row.processes);
  const found = new Map<number, readonly number[]>();
  for (let index = 0; index < members.length; index += atOnce) {
    if (index > 0) await clock.yieldToEventLoop();
    for (const [pid, ports] of processes.readPorts(members.slice(index, index + atOnce)))
      if (ports.ok) found.set(pid, ports.value);
  }
  const portsOf = (row: Row) => row.processes.flatMap(({ pid }) => found.get(pid) ?? []);
  return { ...snapshot, rows: snapshot.rows.map(row => ({ ...row, ports: portsOf(row) })) };
}

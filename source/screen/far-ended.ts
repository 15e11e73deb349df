/** Agents of other machines that have ended: their stream of snapshots is without them, so they are asked for while they are
 * shown. */
import type { Row } from '../core/model/model.ts';
import type { FarCommands } from '../fleet/fleet.ts';
import type { EndedAgents, FleetOnScreen } from '../fleet/on-screen.ts';

/** They hardly change, and a registry may have hundreds. */
export const endedRefreshMs = 30_000;
/** What has ended earlier is history: thousands of rows would be sent each time. */
const recently = ['--class=ended', '--filter=idle<7d'];

type Answer = EndedAgents & { readonly at: number };

/** @param now of the monotonic clock, milliseconds. @param onNews a machine has answered. */
export function createFarEnded(
  {
    fleet,
    words,
  }: { readonly fleet: Pick<FarCommands, 'snapshot'> } & Pick<FleetOnScreen, 'words'>,
  now: () => number,
  onNews: () => void,
) {
  const answers = new Map<string, Answer>();
  const running = new Set<string>();
  const ask = async (host: string) => {
    running.add(host);
    const reading = await fleet.snapshot(host, [...words('list'), ...recently]);
    running.delete(host);
    const ended = (row: Row) => row.class === 'ended';
    const answer = reading.ok
      ? { rows: reading.value.snapshot.rows.filter(ended) }
      : { rows: [], fault: `its ended agents cannot be read: ${reading.reason}` };
    answers.set(host, { ...answer, at: now() });
    onNews();
  };
  return {
    /** Asks the machines again whose answer is old. @param hosts that can be read. @returns what is known, by machine. */
    of(hosts: readonly string[]): ReadonlyMap<string, EndedAgents> {
      for (const host of hosts) {
        const { at = Number.NEGATIVE_INFINITY } = answers.get(host) ?? {};
        if (!running.has(host) && now() - at >= endedRefreshMs) void ask(host);
      }
      return answers;
    },
    /** They are not shown any more. */
    forget: () => answers.clear(),
  };
}

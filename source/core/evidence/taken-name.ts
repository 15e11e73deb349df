/** Sessions that have an entry's name, and are not the agent's: nothing in them is proven to be its. */

import { hasOwnName, type Scene, type ScenePane, type Session } from '../inventory/scene.ts';
import { addTo } from '../model/group-by.ts';
import type { AgentRecord } from '../registry/merge.ts';
import { agentOfItsAge, namedLogs, togetherMs, unnamedAgents } from './absence.ts';
import { recordsByBirth } from './pane-proofs.ts';
import type { WorkPlaces } from './work-places.ts';

/** @param naming entries by the session that they name.
 * @returns whether a session only has the entry's name:
 * - the entry's id is not in that name, and that of another entry of its status is;
 * - or its agent works in the project of another entry that names it;
 * - or a finished agent's session was on another server, which is still running;
 * - or, where open files cannot be read, an agent in other panes has a command line with the entry's log;
 * - or no agent program runs in it, it is younger than the entry, and an unrecorded agent in another session is as
 *   old as the entry, which may be this agent, renamed. */
export function createTakenName(
  scene: Scene,
  hasAgent: (pane: ScenePane) => boolean,
  naming: ReadonlyMap<string, readonly AgentRecord[]>,
  places: WorkPlaces,
): (record: AgentRecord, session: Session) => boolean {
  let servers: ReturnType<typeof serversByRecord> | undefined;
  let unnamed: ReturnType<typeof unnamedAgents> | undefined;
  let logs: ReturnType<typeof namedLogs> | undefined;
  const serversOf = (record: AgentRecord) => {
    servers ??= serversByRecord(scene);
    return servers.get(record);
  };
  const ownNamed = new Map<string, ReadonlySet<AgentRecord['status']>>();
  const isNamedAfterAnother = (record: AgentRecord, name: string) => {
    if (hasOwnName(record, scene.prefixes)) return false;
    const all = naming.get(name) ?? [];
    const found =
      ownNamed.get(name) ??
      new Set(all.filter(each => hasOwnName(each, scene.prefixes)).map(({ status }) => status));
    ownNamed.set(name, found);
    return found.has(record.status);
  };
  return (record, { name, serverPid, createdAt, panes }) => {
    if (isNamedAfterAnother(record, name) || places.isAnothers(record, panes)) return true;
    const seen = record.status === 'terminal' ? serversOf(record) : undefined;
    if (seen !== undefined && !seen.includes(serverPid)) return true;
    logs ??= namedLogs(scene);
    const named = logs.get(record.entry.id);
    if (named !== undefined && !named.panes.some(pane => panes.includes(pane))) return true;
    const isOlder = createdAt <= (record.entry.startedAt ?? Number.POSITIVE_INFINITY);
    if (isOlder || panes.some(hasAgent)) return false;
    unnamed ??= unnamedAgents(scene);
    const found = agentOfItsAge(record, unnamed);
    return found !== undefined && createdAt > found.startedAt + togetherMs;
  };
}

/** Pids of the servers on which an agent's session was seen; only of those still running. */
function serversByRecord(scene: Scene): ReadonlyMap<AgentRecord, readonly number[]> {
  const servers = new Map<AgentRecord, number[]>();
  for (const [born, record] of recordsByBirth(scene))
    addTo(servers, record, Number.parseInt(born, 10));
  return servers;
}

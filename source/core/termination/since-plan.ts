/** Whether a manager's command would still end what its plan says: it names a session, where the signals name
 * processes. */
import { isZombie } from '../inventory/process-tree.ts';
import { identityOf, type Process, type Reading, type ServerReading } from '../model/model.ts';
import type { ManagedBy } from '../model/vendor-record.ts';
import type { TmuxServers } from '../ports/sessions.ts';
import { describeProcess } from '../programs/process-name.ts';
import type { Member } from './kill-set.ts';
import { indexOf } from './table-index.ts';

type Asked = {
  readonly key: string;
  readonly owner?: {
    readonly managed?: ManagedBy;
    readonly stop?: unknown;
    readonly around?: readonly string[];
  };
  readonly members: readonly Member[];
};

/** @param processes as they are now.
 * @returns by the target's key, why its manager must not be asked any more. */
export async function changesSincePlan(
  { servers }: { readonly servers: Pick<TmuxServers, 'read'> },
  targets: readonly Asked[],
  processes: Reading<readonly Process[]>,
): Promise<ReadonlyMap<string, string>> {
  const asked = targets.filter(({ owner }) => owner?.managed && owner.stop);
  if (asked.length === 0) return new Map();
  const read = await servers.read();
  return new Map(
    asked.flatMap(target => {
      const reason = processes.ok ? changeOf(target, processes.value, read) : processes.reason;
      return reason === undefined ? [] : [[target.key, reason] as const];
    }),
  );
}

function changeOf(
  { owner, members }: Asked,
  table: readonly Process[],
  servers: readonly ServerReading[],
): string | undefined {
  const index = indexOf(table);
  const own = members.flatMap(each => index.find(each) ?? []).filter(each => !isZombie(each));
  if (own.length === 0) return 'it has exited since the plan';
  const { pane } = owner?.managed ?? {};
  if (pane === undefined) return undefined;
  const now = processesIn(pane, table, servers);
  const ids = new Set(own.map(identityOf));
  if (!now.some(each => ids.has(identityOf(each))))
    return `it is not in session ${pane.session} any more`;
  const known = new Set([...(owner?.around ?? []), ...treesOf(own, table).map(identityOf)]);
  const added = now.find(each => !known.has(identityOf(each)));
  return added && `${describeProcess(added)} was started in session ${pane.session} after the plan`;
}

/** What the panes of a session run. */
export function processesIn(
  { socketPath, session }: NonNullable<ManagedBy['pane']>,
  table: readonly Process[],
  servers: readonly ServerReading[],
): readonly Process[] {
  const server = servers.find(({ path }) => path === socketPath);
  const panes = server?.reading.ok ? server.reading.value : [];
  const { byPid } = indexOf(table);
  const roots = panes
    .filter(each => !each.dead && each.sessionName === session)
    .flatMap(({ panePid }) => byPid.get(panePid) ?? []);
  return treesOf(roots, table);
}

function treesOf(roots: readonly Process[], table: readonly Process[]): readonly Process[] {
  const { childrenOf } = indexOf(table);
  const found = new Set(roots);
  for (const each of found) for (const child of childrenOf(each.pid)) found.add(child);
  return [...found];
}

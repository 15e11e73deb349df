/** The rows of other machines beside those of this one. */
import {
  type Problem,
  type Row,
  rowClasses,
  type Snapshot,
  type Totals,
} from '../core/model/model.ts';
import { localHost } from '../core/rows/far-rows.ts';
import type { FarCommands, FarVerb, Fleet } from './fleet.ts';
import type { FleetHost } from './fleet-host.ts';
import { rowsOf } from './fleet-rows.ts';
import type { HostState } from './host-state.ts';

export type FleetOnScreen = {
  /** Of the other machines: the screen polls this one itself. */
  readonly fleet: Fleet & Pick<FarCommands, 'ask' | 'snapshot'>;
  /** In the order of the user, with this machine if it is shown. */
  readonly hosts: readonly FleetHost[];
  /** Options of our command line that a far vigil gets too. */
  readonly words: (command: 'list' | 'why' | 'log' | FarVerb) => readonly string[];
  /** Of this vigil. */
  readonly version: string;
};

/** Of one machine. @property fault why they could not be read. */
export type EndedAgents = { readonly rows: readonly Row[]; readonly fault?: string };

/** @param local of this machine; its rows are shown only if it is one of the hosts.
 * @param hosts in the order of the user.
 * @param states of those that are reached over ssh.
 * @param ended what they have said of their ended agents, by name: reports are without these.
 * @returns one snapshot with the rows of all; a source that one machine could not read is a problem, and makes no other
 * machine's rows doubtful. */
export function snapshotOnScreen(
  local: Snapshot,
  hosts: readonly FleetHost[],
  states: readonly HostState[],
  ended: ReadonlyMap<string, EndedAgents> = new Map(),
): Snapshot {
  const others = states.filter(({ host }) => host.at !== 'local');
  const isLocalShown = hosts.some(({ at }) => at === 'local');
  const own = isLocalShown ? local.rows.map(row => withPlace(row, local)) : [];
  const rows = [...own, ...others.flatMap(state => withEnded(state, ended))];
  const heard = others.flatMap(({ last, isStale }) => (last && !isStale ? [last.far] : []));
  const snapshots = heard.map(({ snapshot }) => snapshot);
  return {
    ...local,
    hosts: hosts.map(({ name }) => name),
    workspaces: isLocalShown ? local.workspaces : [],
    vitals: isLocalShown ? local.vitals : undefined,
    rows,
    tasks: [...(local.tasks ?? []), ...snapshots.flatMap(({ tasks = [] }) => tasks)],
    totals: totalsOf(rows, [...(isLocalShown ? [local] : []), ...snapshots]),
    problems: [
      ...(isLocalShown ? local.problems : []),
      ...others.flatMap(state => problemsOf(state, ended)),
    ],
  };
}

/** The rows of a machine, and of its ended agents those that are none of them. */
function withEnded(state: HostState, ended: ReadonlyMap<string, EndedAgents>): readonly Row[] {
  const rows = rowsOf(state);
  const more = state.isStale ? undefined : ended.get(state.host.name)?.rows;
  if (more === undefined || more.length === 0) return rows;
  const known = new Set(rows.map(({ key }) => key));
  return [...rows, ...more.filter(({ key }) => !known.has(key))];
}

function withPlace(row: Row, { machine }: Snapshot): Row {
  return { ...row, far: { host: localHost, bootId: machine.bootId, key: row.key } };
}

/** The counts are those of the rows; what the rows use is counted where it is measured. */
function totalsOf(rows: readonly Row[], snapshots: readonly Snapshot[]): Totals {
  const counts = Object.fromEntries(rowClasses.map(each => [each, 0])) as Record<
    Row['class'],
    number
  >;
  for (const row of rows) counts[row.class]++;
  const sum = (name: 'cpuPercent' | 'rssBytes' | 'reclaimableBytes') =>
    snapshots.reduce((total, { totals }) => total + totals[name], 0);
  return {
    ...counts,
    cpuPercent: Math.round(sum('cpuPercent') * 10) / 10,
    rssBytes: sum('rssBytes'),
    reclaimableBytes: sum('reclaimableBytes'),
  };
}

/** Of a machine that cannot be read the reason; of others what they could not read. */
function problemsOf(
  { host, contact, last, isStale }: HostState,
  ended: ReadonlyMap<string, EndedAgents>,
): readonly Problem[] {
  const { name } = host;
  const problem = (message: string): Problem => ({
    source: 'vigil',
    message: `${name}: ${message}`,
    unread: false,
  });
  if (contact.kind === 'failed') return [problem(contact.reason)];
  if (isStale) return [problem('silent: its rows are unknown until it is heard again')];
  const own = last?.far.snapshot.problems.map(({ message }) => problem(message)) ?? [];
  const fault = ended.get(name)?.fault;
  return fault === undefined ? own : [...own, problem(fault)];
}

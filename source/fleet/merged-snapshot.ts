/** All hosts of a fleet as one snapshot. */
import { type Problem, rowClasses, type Snapshot, type Totals } from '../core/model/model.ts';
import { rowsOf } from './fleet-rows.ts';
import type { HostState } from './host-state.ts';

/** @param now our wall clock, epoch milliseconds: ages of rows are relative to it. */
export function mergedSnapshot(states: readonly HostState[], now: number): Snapshot {
  const known = states.flatMap(({ last }) => (last === undefined ? [] : [last.far.snapshot]));
  return {
    takenAt: now,
    tookMs: Math.max(0, ...known.map(({ tookMs }) => tookMs)),
    machine: { host: 'fleet', bootId: '', uid: -1, pid: -1 },
    workspaces: [...new Set(known.flatMap(({ workspaces }) => workspaces))],
    rows: states.flatMap(rowsOf),
    registries: known.flatMap(({ registries }) => registries),
    tasks: known.flatMap(({ tasks = [] }) => tasks),
    totals: states.map(totalsOf).reduce(sumOf, none),
    problems: states.flatMap(problemsOf),
    unsettled: 0,
  };
}

/** @returns what is wrong with the connection to a host, in one line, if anything is. */
export function contactFault({ contact, isStale, host }: HostState): string | undefined {
  if (contact.kind === 'failed') return `${host.name}: ${contact.reason}`;
  if (contact.kind === 'silent' || isStale) return `${host.name}: silent; its rows are unknown`;
  return undefined;
}

function problemsOf(state: HostState): readonly Problem[] {
  const { host, last, isStale } = state;
  const fault = contactFault(state);
  const own = last === undefined || isStale ? [] : last.far.snapshot.problems;
  return [
    ...(fault === undefined ? [] : [{ source: 'vigil', message: fault, unread: true } as const]),
    ...own.map(each => ({ ...each, message: `${host.name}: ${each.message}` })),
  ];
}

const none = {
  ...Object.fromEntries(rowClasses.map(name => [name, 0])),
  ...{ cpuPercent: 0, rssBytes: 0, reclaimableBytes: 0 },
} as Totals;

/** Of a silent host only the number of its rows is known. */
function totalsOf({ last, isStale }: HostState): Totals {
  if (last === undefined) return none;
  const { totals, rows } = last.far.snapshot;
  return isStale ? { ...none, unknown: rows.length } : totals;
}

function sumOf(a: Totals, b: Totals): Totals {
  const names = Object.keys(none) as (keyof Totals)[];
  return Object.fromEntries(names.map(name => [name, a[name] + b[name]])) as Totals;
}

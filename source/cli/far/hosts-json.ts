/** Schema `vigil.fleet/1` of docs/json.md: the snapshots of several hosts as one document. */
import type { Row, Snapshot } from '../../core/model/model.ts';
import type { HostState } from '../../fleet/host-state.ts';
import { contactFault } from '../../fleet/merged-snapshot.ts';
import { onHost } from './ask-hosts.ts';

/** @param rows those that the view shows. A row has what the far vigil has printed, and `host`. */
export function hostsJson(states: readonly HostState[], snapshot: Snapshot, rows: readonly Row[]) {
  const printed = new Map(states.map(state => [state.host.name, rowsOf(state)] as const));
  return {
    schema: 'vigil.fleet/1',
    takenAt: new Date(snapshot.takenAt).toISOString(),
    hosts: states.map(hostJson),
    rows: rows.map(row => {
      const known = printed.get(row.far?.host ?? '')?.get(row.far?.key ?? '');
      // A silent host's rows are unknown, whatever they were.
      return { ...onHost(row.far?.host ?? null, known), class: row.class };
    }),
    totals: snapshot.totals,
  };
}

function rowsOf({ last }: HostState): ReadonlyMap<unknown, object> {
  const rows = last?.far.document.rows;
  return new Map(Array.isArray(rows) ? rows.map(row => [Object(row).key, Object(row)]) : []);
}

function hostJson(state: HostState) {
  const { host, last, isStale } = state;
  const far = last?.far;
  const document = far?.document ?? {};
  return {
    name: host.name,
    ok: far !== undefined && !isStale,
    reason: contactFault(state) ?? null,
    readOnly: host.readOnly,
    host: far?.hostname ?? null,
    bootId: far?.bootId ?? null,
    version: far?.version ?? null,
    takenAt: document.takenAt ?? null,
    tookMs: document.tookMs ?? null,
    vitals: document.vitals ?? null,
    workspaces: document.workspaces ?? [],
    registries: document.registries ?? [],
    totals: document.totals ?? null,
    problems: document.problems ?? [],
  };
}

/** The rows of a fleet as one table. */
import { doubt } from '../core/evidence/evidence.ts';
import { identityOf, type Row } from '../core/model/model.ts';
import type { FarTarget, HostState } from './host-state.ts';

/** @returns the rows of a host. Those of a silent one are `unknown`, with the reason as evidence: never ghosts. Always the same array for the same state. */
export function rowsOf(state: HostState): readonly Row[] {
  const known = cache.get(state);
  if (known !== undefined) return known;
  const rows = state.last?.far.snapshot.rows ?? [];
  const shown = state.isStale ? rows.map(row => unheard(row, state.host.name)) : rows;
  cache.set(state, shown);
  return shown;
}

/** @returns what a row is called there; nothing for a row without a machine. */
export function farTargetOf({ far, processes: [main] }: Row): FarTarget | undefined {
  // Older vigils do not say when a process has started.
  const identity = main === undefined || main.start === '' ? undefined : identityOf(main);
  return far && { ...far, identity };
}

const cache = new WeakMap<HostState, readonly Row[]>();

function unheard(row: Row, name: string): Row {
  const evidence = doubt('unread', `${name} is silent: this is the last that was heard of it`);
  return {
    ...row,
    class: 'unknown',
    confidence: undefined,
    escalation: undefined,
    evidence: [evidence, ...row.evidence],
  };
}

/** What starts ended agents anew, and the plan that ends it together with what it has started. */
import { proof } from '../evidence/evidence.ts';
import { sums } from '../inventory/draft.ts';
import {
  type Inventory,
  identityOf,
  type Process,
  type Row,
  type Snapshot,
} from '../model/model.ts';
import { processKey } from '../model/row-keys.ts';
import { describeProcess } from '../programs/process-name.ts';
import type { Wanted } from './target.ts';

/** A process that runs in the place of an ended agent, and its parent. */
export type Restart = { readonly process: Process; readonly by: Process };

/** @returns the restarts whose parent started them: tmux may start anything, and init adopts. */
export function restartsIn(
  processes: readonly Process[],
  table: readonly Process[],
): readonly Restart[] {
  return processes.flatMap(process => {
    const by = table.find(({ pid }) => pid === process.ppid);
    const isTmux = by?.name.startsWith('tmux: server');
    return by === undefined || by.pid <= 1 || isTmux ? [] : [{ process, by }];
  });
}

/** The rows that end both; a supervisor that is no row becomes one.
 * @param snapshot read after the restarts. */
export function wantedOf(
  restarts: readonly Restart[],
  { rows }: Snapshot,
  inventory: Inventory,
): readonly Wanted[] {
  const table = inventory.processes.ok ? inventory.processes.value : [];
  const find = (process: Process) => table.find(each => identityOf(each) === identityOf(process));
  const found = new Map<string, Row>();
  for (const { process, by } of restarts) {
    const supervisor = find(by);
    if (supervisor === undefined) continue;
    for (const each of [supervisor, process]) {
      const id = identityOf(each);
      const row = rows.find(({ processes }) => processes.some(its => identityOf(its) === id));
      if (row !== undefined) found.set(row.key, row);
      else if (each === supervisor) {
        const made = rowOf(supervisor, process);
        found.set(made.key, made);
      }
    }
  }
  return [...found.values()].map(row => ({ row, isNamed: true }));
}

function rowOf(supervisor: Process, started: Process): Row {
  const reason = proof('tree', `it has started ${describeProcess(started)} again`);
  return {
    class: 'unknown',
    key: processKey(supervisor),
    processes: [{ ...supervisor, role: 'child', reason }],
    ...sums([supervisor]),
    startedAt: supervisor.startedAt,
    evidence: [reason],
  };
}

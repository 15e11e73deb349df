/** Classifies poll after poll. One that read the same as the last, but for usage, gets the same verdicts without
 * judging again: `test/core/classifier.test.ts` compares both over random histories. */
import { isSame } from '../model/is-same.ts';
import type { Inventory, Row, RowProcess, Snapshot } from '../model/model.ts';
import { classifySteps, type Judged, type Knowledge } from './classify.ts';
import { sums } from './draft.ts';
import { emptyMemory } from './memory.ts';
import { type ChangedUsage, changedUsage } from './same-inventory.ts';
import type { Probe } from './scene.ts';
import { totalsOf } from './totals.ts';

type Last = {
  readonly inventory: Inventory;
  readonly judged: Judged;
  /** Judging the same again would give the same, now and later. */
  readonly isFixed: boolean;
  readonly probes: readonly Probed[];
};

export type Classifier = {
  /** The next poll, in steps of a few milliseconds. */
  steps(inventory: Inventory, probe: Probe): Generator<undefined, Judged, undefined>;
};

export function createClassifier(knowledge: Knowledge): Classifier {
  let last: Last | undefined;
  return {
    *steps(inventory, probe) {
      const usage = last?.isFixed ? changedUsage(last.inventory, inventory) : undefined;
      if (last !== undefined && usage !== undefined && isProbedAsBefore(last, inventory, probe)) {
        const judged = withUsage(last.judged, usage, inventory);
        last = { ...last, inventory, judged };
        return judged;
      }
      const probes: Probed[] = [];
      const memory = last?.judged.memory ?? emptyMemory;
      const judged = yield* classifySteps(inventory, memory, knowledge, noting(probe, probes));
      // Of the memory, only the lineage makes a verdict: the rest keeps what was judged.
      const isFixed =
        isTimeless(inventory, judged.snapshot) && isSame(memory.lineage, judged.memory.lineage);
      last = { inventory, judged, isFixed, probes };
      return judged;
    },
  };
}

/** One reading of open files, and what it found. */
type Probed = {
  readonly pids: readonly number[];
  readonly dismissed: readonly number[];
  readonly found: ReturnType<Probe>;
};

function noting(probe: Probe, probes: Probed[]): Probe {
  return (processes, dismissed) => {
    const found = probe(processes, dismissed);
    probes.push({ pids: processes.map(({ pid }) => pid), dismissed, found });
    return found;
  };
}

function isProbedAsBefore({ probes }: Last, { processes: table }: Inventory, probe: Probe) {
  if (probes.length === 0) return true;
  const byPid = new Map(table.ok ? table.value.map(each => [each.pid, each]) : []);
  return probes.every(({ pids, dismissed, found }) => {
    const processes = pids.flatMap(pid => byPid.get(pid) ?? []);
    return isSame(probe(processes, dismissed), found);
  });
}

/** Time alone changes none of these verdicts: none waits for a second poll or for the end of its grace, and no source
 * names a time that is still to come. */
function isTimeless({ takenAt, registries }: Inventory, { rows, unsettled }: Snapshot): boolean {
  const isPast = (time = 0) => time < takenAt;
  return (
    unsettled === 0 &&
    rows.every(
      row => isPast(row.lastActivityAt) && row.evidence.every(({ kind }) => kind !== 'grace'),
    ) &&
    registries.every(
      ({ modifiedAt, reading }) =>
        isPast(modifiedAt) &&
        (!reading.ok ||
          reading.value.entries.every(
            entry => isPast(entry.finishedAt) && isPast(entry.lastUpdateAt),
          )),
    )
  );
}

/** The same verdicts with this poll's usage. A row whose processes have not changed stays the same object. */
function withUsage(
  { snapshot: before, ...judged }: Judged,
  usage: ChangedUsage,
  { takenAt, tookMs, vitals }: Inventory,
): Judged {
  const isChanged = ({ pid }: RowProcess) => usage.has(pid);
  const rows = before.rows.some(row => row.processes.some(isChanged))
    ? before.rows.map(row => (row.processes.some(isChanged) ? usedRow(row, usage) : row))
    : before.rows;
  const totals = rows === before.rows ? before.totals : totalsOf(rows, before.workspaces);
  return { ...judged, snapshot: { ...before, takenAt, tookMs, vitals, rows, totals } };
}

function usedRow(row: Row, usage: ChangedUsage): Row {
  const processes = row.processes.map(each => ({ ...each, ...usage.get(each.pid) }));
  return { ...row, processes, ...sums(processes) };
}

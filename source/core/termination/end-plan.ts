/** Rows → a frozen plan: what is signalled, what is spared and why, what is freed. */
import { paneScopes } from '../evidence/pane-scopes.ts';
import type { Inventory, RegistryReading, Row, Snapshot } from '../model/model.ts';
import type { Recogniser } from '../programs/recognise.ts';
import type { Refusal } from './refusal.ts';
import { type SpareRules, spareRules } from './spare.ts';
import { type EndTarget, targetOf } from './target.ts';

export type EndPlan = {
  readonly targets: readonly EndTarget[];
  readonly spare: SpareRules;
  /** As they were read in the look that the plan is of: what comes of it is recorded by them, whatever a later
   * look could read. */
  readonly registries: readonly RegistryReading[];
};

/** A row to be ended, and whether the person named it or a class of rows. */
export type Wanted = {
  readonly row: Row;
  readonly isNamed: boolean;
  /** Also where somebody watches it. */
  readonly mayBeAttached?: boolean;
  /** Why it is left alone all the same. */
  readonly refused?: Refusal;
};

export type PlanOptions = {
  readonly recogniser: Recogniser;
  /** Programs that are never signalled. */
  readonly spareNames?: readonly string[];
  /** Also orphans of which it is not proven that their agent is gone. */
  readonly includesSuspected?: boolean;
};

export function planEnd(
  snapshot: Snapshot,
  inventory: Inventory,
  wanted: readonly Wanted[],
  { recogniser, spareNames = [], includesSuspected = false }: PlanOptions,
): EndPlan {
  const isReadable = snapshot.problems.every(problem => !problem.unread);
  const spare = spareRules({
    processes: inventory.processes.ok ? inventory.processes.value : [],
    machine: inventory.machine,
    snapshot,
    targets: new Set(wanted.map(({ row }) => row.key)),
    kindOf: recogniser,
    names: spareNames,
  });
  const scopes = paneScopes(inventory, recogniser);
  return {
    targets: wanted.map(({ row, isNamed, mayBeAttached, refused }) => {
      const meaning = { isNamed, mayBeAttached, includesSuspected, isReadable };
      const target = targetOf(row, meaning, { inventory, scopes, spare });
      return refused === undefined ? target : { ...target, refused };
    }),
    spare,
    registries: inventory.registries,
  };
}

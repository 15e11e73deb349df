/** Builds the plan for a set of rows: what is signalled, what is spared and why. */
import { paneScopes } from '../evidence/pane-scopes.ts';
import type { Inventory, RegistryReading, Row, Snapshot } from '../model/model.ts';
import type { Recogniser } from '../programs/recognise.ts';
import type { Refusal } from './refusal.ts';
import { type SpareRules, spareRules } from './spare.ts';
import { type EndTarget, targetOf } from './target.ts';

export type EndPlan = {
  readonly targets: readonly EndTarget[];
  readonly spare: SpareRules;
  /** The registries of the poll that the plan is based on. Outcomes are recorded with them, even if a later
   * poll cannot read them. */
  readonly registries: readonly RegistryReading[];
};

/** A row to terminate, and whether the user named it or only its class. */
export type Wanted = {
  readonly row: Row;
  readonly isNamed: boolean;
  /** Terminate it even if a client is attached to its session. */
  readonly mayBeAttached?: boolean;
  /** Why it is refused anyway. */
  readonly refused?: Refusal;
};

export type PlanOptions = {
  readonly recogniser: Recogniser;
  /** Programs that are never signalled, by exact name. */
  readonly spareNames?: readonly string[];
  /** Include suspected orphans, whose agent is not proven to be gone. */
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

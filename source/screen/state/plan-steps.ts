/** The plans of one key: each machine makes its own, and each is confirmed by itself. */
import type { Row, Snapshot } from '../../core/model/model.ts';
import type { FarVerb } from '../../fleet/fleet.ts';

/** What the vigil of another machine is asked to plan. */
export type FarRequest = {
  readonly host: string;
  readonly verb: FarVerb;
  readonly force: boolean;
  /** Fixed at the key press; empty for verbs that are about the whole machine. */
  readonly rows: readonly Row[];
};

export type PlanStep =
  | {
      readonly kind: 'plan';
      readonly force: boolean;
      readonly snapshot: Snapshot;
      readonly rows: readonly Row[];
    }
  | { readonly kind: 'plan far'; readonly request: FarRequest };

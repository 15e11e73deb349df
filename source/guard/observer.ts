/** What the guard has to say to metrics, hooks and its own output. */
import type { Snapshot } from '../core/model/model.ts';

/** One look at the machine. */
export type Look = {
  readonly snapshot: Snapshot;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly tookMs: number;
};

/** Something that the guard did, would have done or refused, or an alert; one JSON line each.
 * `event` is a short word with hyphens: `started`, `took-over`, `looked`, `reconciled`, `swept`,
 * `killed`, `would-sweep`, `held-back`, `alert-raised`, `alert-cleared`, `config-read`,
 * `config-refused`, `warning`, `stopped`. */
export type GuardEvent = {
  readonly event: string;
  readonly at: number;
  /** One sentence for people. */
  readonly text: string;
} & Readonly<Record<string, unknown>>;

export type GuardObserver = {
  looked(look: Look): void;
  happened(event: GuardEvent): void;
};

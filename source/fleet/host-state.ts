/** What is known about the machines of a fleet. Times are milliseconds of our monotonic clock, unless stated
 * otherwise; texts from a far machine are raw until `text/printable` has made them printable. */
import type { Snapshot } from '../core/model/model.ts';
import type { FleetHost } from './fleet-host.ts';

/** A snapshot of a far vigil in our terms. Its rows have `far`, keys that are unique in the fleet, and times on our wall clock, so
 * that every age is the one that the far side has measured: clock differences do not matter. */
export type FarSnapshot = {
  readonly snapshot: Snapshot;
  /** Of the far vigil; older ones do not say. */
  readonly version?: string;
  /** Of the boot that it was taken in. */
  readonly bootId: string;
  /** The hostname that the machine has itself. */
  readonly hostname: string;
  /** What ending its undead agents, husks and orphans would free. */
  readonly leakedBytes: number;
  /** The document as it came, for JSON output. */
  readonly document: Readonly<Record<string, unknown>>;
};

/** The connection to a host. */
export type Contact =
  /** Nothing was received yet since `since`. */
  | { readonly kind: 'connecting'; readonly since: number }
  /** The last snapshot was received at `at`, less than three intervals ago. */
  | { readonly kind: 'heard'; readonly at: number }
  /** Connected, and nothing was received for three intervals: `since` is when the last snapshot was. */
  | { readonly kind: 'silent'; readonly since: number }
  /** Not connected. @property reason one line that says what, and what to do about it. */
  | {
      readonly kind: 'failed';
      readonly at: number;
      readonly reason: string;
      /** When the next attempt is made. */
      readonly retryAt: number;
    };

/** What is known about one host. */
export type HostState = {
  readonly host: FleetHost;
  readonly contact: Contact;
  /** The last snapshot, and when it was received. It stays when the host is lost. */
  readonly last?: { readonly far: FarSnapshot; readonly at: number };
  /** The last snapshot is older than three intervals: its rows are `unknown`. */
  readonly isStale: boolean;
};

/** What is to be ended or changed on a host. `bootId` and `identity` are those of the row that the user saw: the far side
 * refuses another boot, and a row whose processes are others now. */
export type FarTarget = {
  readonly host: string;
  readonly bootId: string;
  /** The key that the row has there. */
  readonly key: string;
  /** `pid@start` of its main process; a ghost has none. */
  readonly identity?: string;
};

/** Dependencies of every command: the ports, the monitor and the shared settings. */

import type { Monitor } from '../inventory/monitor.ts';
import type { Recogniser } from '../programs/recognise.ts';
import type { Policy } from '../termination/policy.ts';
import type { Host } from './host.ts';

export type CommandTools = {
  readonly host: Host;
  readonly monitor: Monitor;
  readonly recogniser: Recogniser;
  readonly policy: Policy;
  readonly lockWaitMs: number;
  /** Programs that are never signalled, by exact name. */
  readonly spareNames: readonly string[];
  /** Bulk commands also end suspected orphans, whose agent is not proven to be gone. */
  readonly includesSuspected?: boolean;
  /** When aborted, escalates to SIGKILL immediately. */
  readonly escalateNow?: AbortSignal;
};

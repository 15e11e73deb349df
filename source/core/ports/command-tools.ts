/** What a command works with: the ports, the monitor and the settings that all of them share. */

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
  /** Programs that are never signalled. */
  readonly spareNames: readonly string[];
  /** Bulk verbs take orphans too of which it is not proven that their agent is gone. */
  readonly includesSuspected?: boolean;
  /** Aborted: SIGKILL now. */
  readonly hurry?: AbortSignal;
};

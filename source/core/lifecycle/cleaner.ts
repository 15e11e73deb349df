/** Sweep and shutdown for the interactive screen. */

import type { CommandTools } from '../ports/command-tools.ts';
import type { EndEvent } from '../termination/end.ts';
import { foreignWorkspace } from './elsewhere.ts';
import { shutdown, shutdownReason } from './shutdown.ts';
import { previewSweep, type SweepPlan, type SweepPreview, sweep, sweepReason } from './sweep.ts';

export type Cleaner = ReturnType<typeof createCleaner>;

/** @param stopping aborted by a signal: a shutdown stops after the current phase. */
export function createCleaner(
  tools: CommandTools & { readonly reason?: string; readonly idleMs?: number },
  stopping: AbortSignal,
) {
  const { host, monitor, reason, idleMs } = tools;
  const refused = (why: string) => ({ kind: 'unreadable', reasons: [why] }) as const;
  return {
    /** @param everyAgent include live agents, for a shutdown. */
    async preview(everyAgent: boolean): Promise<SweepPreview> {
      if (host.readOnlyReason !== undefined) return refused(host.readOnlyReason);
      const found = await previewSweep(tools, everyAgent ? { everyAgent } : { idleMs });
      const foreign = foreignWorkspace(monitor);
      return foreign === undefined ? found : refused(foreign);
    },
    /** @param typed reason for this one; else that of the command line. */
    sweep: (plan: SweepPlan, onEvent: (event: EndEvent) => void, typed?: string) =>
      sweep(tools, plan, { reason: typed ?? reason ?? sweepReason, onEvent, key: 'w' }),
    shutdown: (onEvent: (event: EndEvent) => void) =>
      shutdown(tools, { reason: reason ?? shutdownReason, stopping, onEvent, key: 'Q' }),
  };
}

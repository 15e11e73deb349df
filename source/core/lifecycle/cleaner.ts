/** Sweep and shutdown for a screen that stays. */

import type { CommandTools } from '../ports/command-tools.ts';
import type { EndEvent } from '../termination/end.ts';
import { foreignWorkspace } from './foreign.ts';
import { type ShutdownResult, shutdown, shutdownReason } from './shutdown.ts';
import {
  type SweepPlan,
  type SweepReport,
  type SweepSurvey,
  surveySweep,
  sweep,
  sweepReason,
} from './sweep.ts';

export type Cleaner = {
  /** @param everybody for a shutdown: whoever lives too. */
  survey(everybody: boolean): Promise<SweepSurvey>;
  sweep(plan: SweepPlan, onEvent: (event: EndEvent) => void): Promise<SweepReport>;
  shutdown(onEvent: (event: EndEvent) => void): Promise<ShutdownResult>;
};

/** @param stopping a signal came: a shutdown goes no further. */
export function createCleaner(
  tools: CommandTools & { readonly reason?: string; readonly idleMs?: number },
  stopping: AbortSignal,
): Cleaner {
  const { reason, idleMs } = tools;
  const { lookOnly } = tools.host;
  return {
    async survey(everybody) {
      if (lookOnly !== undefined) return { kind: 'unreadable', reasons: [lookOnly] };
      const found = await surveySweep(tools, everybody ? { everybody } : { idleMs });
      const foreign = foreignWorkspace(tools.monitor);
      return foreign === undefined ? found : { kind: 'unreadable', reasons: [foreign] };
    },
    sweep: (plan, onEvent) => sweep(tools, plan, reason ?? sweepReason, onEvent),
    shutdown: onEvent => shutdown(tools, { reason: reason ?? shutdownReason, stopping, onEvent }),
  };
}

/** `shutdown_state.json` of a workspace: how far a shutdown has come. While it is not done nobody is
 * deployed, and the next shutdown goes on from it. */
import type { ProcessRef, Reading } from '../model/model.ts';

export const shutdownPhases = [
  'closing',
  'agents',
  'sweep',
  'reconcile',
  'verify',
  'done',
] as const;
export type ShutdownPhase = (typeof shutdownPhases)[number];

/** What became of one agent, session or left-over so far. */
export type ShutdownAgent = {
  readonly target: string;
  readonly agentId?: string;
  /** `waiting` until its ending is over, then the outcome. */
  readonly state: string;
};

export type ShutdownState = {
  /** When it was last written, ISO 8601. */
  readonly timestamp: string;
  readonly reason: string;
  readonly phase: ShutdownPhase;
  readonly startedAt: string;
  /** The vigil that does it, or did. */
  readonly by: ProcessRef & { readonly bootId: string };
  /** How often it was gone on with after it had been cut off. */
  readonly resumed: number;
  readonly agents: readonly ShutdownAgent[];
};

/** @param found what the workspace's journal says; nothing where there is none.
 * @returns why nobody is deployed now. */
export function unfinishedShutdown(found: Reading<ShutdownState | undefined>): string | undefined {
  if (!found.ok) return `shutdown_state.json is not valid: ${found.reason}`;
  if (found.value === undefined || found.value.phase === 'done') return undefined;
  const { phase, by, startedAt } = found.value;
  return `unfinished shutdown of this workspace (started ${startedAt} by pid ${by.pid}, phase ${phase}); run vigil shutdown to finish it`;
}

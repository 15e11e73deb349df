/** `shutdown_state.json` of a workspace: the progress of a shutdown. Until it is `done`, deploys are refused and the
 * next shutdown resumes it. */
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

/** State of one target: agent, session or leftover. */
export type ShutdownAgent = {
  readonly target: string;
  readonly agentId?: string;
  /** `waiting` until its termination has finished, then the outcome. */
  readonly state: string;
};

export type ShutdownState = {
  /** Time of the last write, ISO 8601. */
  readonly timestamp: string;
  readonly reason: string;
  readonly phase: ShutdownPhase;
  readonly startedAt: string;
  /** The vigil that runs or ran it. */
  readonly by: ProcessRef & { readonly bootId: string };
  /** How many times it was resumed after an interruption. */
  readonly resumed: number;
  readonly agents: readonly ShutdownAgent[];
};

/** @param found the workspace's journal; `undefined` if there is none.
 * @returns why deploys are refused, or `undefined` if they are allowed. */
export function unfinishedShutdown(found: Reading<ShutdownState | undefined>): string | undefined {
  if (!found.ok) return `shutdown_state.json is not valid: ${found.reason}`;
  if (found.value === undefined || found.value.phase === 'done') return undefined;
  const { phase, by, startedAt } = found.value;
  return `unfinished shutdown of this workspace (started ${startedAt} by pid ${by.pid}, phase ${phase}); run vigil shutdown to finish it`;
}

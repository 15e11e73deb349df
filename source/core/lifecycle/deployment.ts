/** Types of a deploy: its request, its journal entry (intent) and its report. */
import type { Process, ProcessRef } from '../model/model.ts';

export type DeployRequest = {
  readonly task: string;
  readonly type: string;
  readonly prompt: string;
  /** An agent id, or `orchestrator`. */
  readonly parent: string;
  /** Program and arguments; `{prompt-file}` is replaced by the prompt's path. */
  readonly command: readonly string[];
  /** Socket of the tmux server for the session. */
  readonly socketPath: string;
  /** PATH of the program. */
  readonly searchPath: string;
};

/** Kept on disk from before the first change until the agent is recorded. If its vigil is gone, the next one rolls
 * the deploy back. */
export type DeployIntent = {
  readonly agentId: string;
  readonly workspace: string;
  readonly task: string;
  readonly taskFile: string;
  readonly globalFile?: string;
  /** If the database keeps the agents of the task. */
  readonly databaseFile?: string;
  readonly session: string;
  readonly socketPath: string;
  /** Unique value of VIGIL_AGENT in the session. */
  readonly mark: string;
  /** The deploying vigil. */
  readonly by: ProcessRef & { readonly bootId: string };
  /** Epoch milliseconds. */
  readonly at: number;
};

export type DeployStep =
  | 'pre-flight'
  | 'intent'
  | 'directories'
  | 'prompt file'
  | 'tmux session'
  | 'identities'
  | 'still alive'
  | 'registries'
  | 'deploy log'
  | 'finish';

/** Why a deploy failed; `kind` selects the exit code. */
export type DeployFault = {
  readonly kind: 'not found' | 'refused' | 'unreadable' | 'failed' | 'interrupted';
  readonly step: DeployStep;
  readonly reason: string;
};

/** Of deploys that were rolled back, one sentence each. */
export type Undone = {
  /** What was rolled back. */
  readonly rolledBack: readonly string[];
  /** What could not be rolled back; the intent is kept until it is. */
  readonly leftovers: readonly string[];
  /** Other errors, such as an unwritable log. */
  readonly warnings: readonly string[];
};

export const nothingUndone: Undone = { rolledBack: [], leftovers: [], warnings: [] };

export type DeployReport = Undone & {
  readonly agentId?: string;
  readonly session?: string;
  readonly processes: readonly Process[];
  /** Files that the deploy creates, or their directory. */
  readonly files: readonly {
    readonly path: string;
    readonly kind: 'prompt' | 'log' | 'directory';
  }[];
  readonly fault?: DeployFault;
  readonly durationMs: number;
};

/** `<type>-HHMMSS-<6 hex>`, the orchestrator's format. */
export function agentIdFor(type: string, epochMs: number, random: string): string {
  const date = new Date(epochMs);
  const two = (value: number) => String(value).padStart(2, '0');
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join('');
  return `${type}-${time}-${random.slice(0, 6)}`;
}

/** Validates a type, which becomes part of ids, file names and session names. */
export function typeFault(type: string): string | undefined {
  return /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(type)
    ? undefined
    : 'expected a letter or digit, then letters, digits, _ and - (at most 64)';
}

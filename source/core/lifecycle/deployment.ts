/** The words of a deploy: what is asked for, the note of it on disk, and what became of it. */
import type { Process, ProcessRef } from '../model/model.ts';

export type DeployRequest = {
  readonly task: string;
  readonly type: string;
  readonly prompt: string;
  /** An agent id, or `orchestrator`. */
  readonly parent: string;
  /** Program and arguments; `{prompt-file}` in a word stands for the prompt's path. */
  readonly command: readonly string[];
  /** Of the tmux server that gets the session. */
  readonly socketPath: string;
  /** Where its command is looked up. */
  readonly searchPath: string;
};

/** On disk from before the first thing is made until the agent is on record: whoever finds one whose
 * vigil is gone undoes what it tells of. */
export type DeployIntent = {
  readonly agentId: string;
  readonly workspace: string;
  readonly task: string;
  readonly taskFile: string;
  readonly globalFile?: string;
  readonly session: string;
  readonly socketPath: string;
  /** Value of VIGIL_AGENT in the session: nobody else's processes carry it. */
  readonly mark: string;
  /** The vigil that deploys. */
  readonly by: ProcessRef & { readonly bootId: string };
  /** Epoch milliseconds. */
  readonly at: number;
};

const deploySteps = [
  'pre-flight',
  'intent',
  'directories',
  'prompt file',
  'tmux session',
  'identities',
  'still alive',
  'registries',
  'deploy log',
  'finish',
] as const;
export type DeployStep = (typeof deploySteps)[number];

/** Why there is no agent: by what the person can do about it. */
export type DeployFault = {
  readonly kind: 'not found' | 'refused' | 'unreadable' | 'failed' | 'interrupted';
  readonly step: DeployStep;
  readonly reason: string;
};

/** What a deploy makes, or the directory that it makes it in. */
export type MadeFile = { readonly path: string; readonly kind: 'prompt' | 'log' | 'directory' };

export type DeployReport = {
  readonly agentId?: string;
  readonly session?: string;
  readonly processes: readonly Process[];
  readonly files: readonly MadeFile[];
  readonly fault?: DeployFault;
  /** What was made and is gone again, one sentence each. */
  readonly rolledBack: readonly string[];
  /** What could not be undone; the intent stays until it is. */
  readonly left: readonly string[];
  /** What went wrong beside the undoing. */
  readonly troubles: readonly string[];
  readonly durationMs: number;
};

/** `<type>-HHMMSS-<6 hex>`, as the orchestrator makes them. */
export function agentIdFor(type: string, epochMs: number, random: string): string {
  const date = new Date(epochMs);
  const two = (value: number) => String(value).padStart(2, '0');
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join('');
  return `${type}-${time}-${random.slice(0, 6)}`;
}

/** A type becomes part of ids, file names and a session's name. */
export function typeFault(type: string): string | undefined {
  return /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(type)
    ? undefined
    : 'expected a letter or digit, then letters, digits, _ and - (at most 64)';
}

/** Asking what owns an agent to stop it. */
import type { Reading } from '../model/model.ts';

/** A program to run on behalf of an agent's user. */
export type StopCommand = {
  /** Absolute path: the agent's own program. */
  readonly executable: string;
  readonly words: readonly string[];
  /** The agent's home and the directory of its records. */
  readonly env: Readonly<Record<string, string>>;
};

export type Owners = {
  /** Runs it without a shell, with a time limit; its word alone proves nothing. */
  stop(command: StopCommand): Promise<Reading<true>>;
};

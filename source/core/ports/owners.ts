/** Asking what owns an agent to stop it. */
import type { Reading } from '../model/model.ts';

/** A program to run on behalf of an agent's user. */
export type StopCommand = {
  /** Absolute path of the agent's own program, or the name of a manager's, which is found in the user's PATH. */
  readonly executable: string;
  readonly words: readonly string[];
  /** The agent's home, the directory of its records, and its tmux server. */
  readonly env: Readonly<Record<string, string>>;
  /** Default: that of vigil. */
  readonly cwd?: string;
};

export type Owners = {
  /** Runs it without a shell, with a time limit; its word alone proves nothing. */
  stop(command: StopCommand): Promise<Reading<true>>;
};

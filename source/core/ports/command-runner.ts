/** Running the user's own commands. */
import type { Reading } from '../model/model.ts';

/** How a program has ended. */
export type Exit = { readonly code: number | null; readonly signal: string | null };

export type OnTerminal = {
  /** On abort the program is asked to exit, then killed; once it is aborted nothing is started. */
  readonly signal: AbortSignal;
  /** It was stopped on the terminal (Ctrl-Z): the shell gets the terminal. */
  onStopped(): void;
};

/** Programs run without a shell; a failure to start is a reason. */
export type CommandRunner = {
  onTerminal(argv: readonly string[], options: OnTerminal): Promise<Reading<Exit>>;
  /** Without a terminal, input and output; it outlives vigil. */
  inBackground(argv: readonly string[]): Promise<Reading<Exit>>;
};

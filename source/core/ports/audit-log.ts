/** The audit log: one JSON line for every signal, and for what came of it. */
import type { SignalName, SignalResult } from './process-control.ts';

export type SignalEntry = {
  readonly pid: number;
  readonly start: string;
  readonly command: string;
  readonly signal: SignalName;
  readonly reason: string;
  readonly target: string;
  readonly stage: string;
  readonly result: SignalResult;
};

/** What came of one target, once it is on record. */
export type EndedEntry = {
  readonly target: string;
  readonly reason: string;
  readonly outcome: string;
  readonly processes: number;
  readonly durationMs: number;
  readonly errors: readonly string[];
};

/** What a command did beside signals. */
export type EventEntry = { readonly event: string } & Readonly<Record<string, unknown>>;

export type AuditLog = {
  write(entry: SignalEntry | EndedEntry | EventEntry): void;
  /** What could not be written since the last call; nothing waits for it. */
  warnings(): readonly string[];
};

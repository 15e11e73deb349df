/** The audit log: one JSON line per signal, target outcome and change. */
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

/** The outcome of one target, written after its registry entry was closed. */
export type EndedEntry = {
  readonly target: string;
  readonly reason: string;
  readonly outcome: string;
  readonly processes: number;
  readonly durationMs: number;
  readonly errors: readonly string[];
};

/** Any change other than a signal. */
export type EventEntry = { readonly event: string } & Readonly<Record<string, unknown>>;

export type AuditLog = {
  write(entry: SignalEntry | EndedEntry | EventEntry): void;
  /** Write errors since the last call. Writing never blocks a command. */
  warnings(): readonly string[];
};

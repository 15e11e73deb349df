/** The audit log: one JSON line per signal, target outcome and change. */
import type { ProcessRef, Reading } from '../model/model.ts';
import type { SignalName, SignalResult } from './process-control.ts';

export type SignalEntry = ProcessRef & {
  readonly command: string;
  readonly signal: SignalName;
  readonly reason: string;
  readonly target: string;
  readonly stage: string;
  readonly result: SignalResult;
};

/** The start of one target's termination. A vigil that is killed before the outcome leaves this. */
export type BegunEntry = {
  readonly event: 'end';
  readonly target: string;
  /** As texts name it. */
  readonly name: string;
  readonly agentId?: string;
  readonly task?: string;
  readonly session?: string;
  readonly class: string;
  readonly reason: string;
  /** The command of its owner that is run first. */
  readonly asked?: string;
  /** Key on the screen. */
  readonly key?: string;
};

/** What brings an ended agent back: the daemon of its vendor, another manager, the parent that started it, or a new session
 * of the same name. */
export const respawners = [
  'claude-daemon',
  'codex-daemon',
  'manager',
  'supervisor',
  'session',
  'other',
] as const;
export type Respawner = (typeof respawners)[number];

/** The outcome of one target, written after its registry entry was closed. */
export type EndedEntry = {
  readonly target: string;
  readonly reason: string;
  readonly outcome: string;
  readonly processes: number;
  readonly durationMs: number;
  /** Waits for its processes to exit: 0 if SIGKILL was sent at once. */
  readonly attempts: number;
  /** What started it again, if anything did. */
  readonly respawnedBy?: Respawner;
  readonly errors: readonly string[];
  /** What is alive although it is the target's, one sentence each. */
  readonly left: readonly string[];
  /** Paths of archived files. */
  readonly archived: readonly string[];
};

/** The state of a registry after vigil's write. */
export type RegistryEntry = {
  readonly registry: string;
  /** Its modification time then, nanoseconds; later writes by other programs change it. */
  readonly modified: string;
  /** The command, such as `reconcile`; `top` for the screen. */
  readonly command: string;
  /** How long vigil waited for the locks of the update up to this registry's, milliseconds. */
  readonly waitedMs: number;
};

/** Any change other than a signal. */
export type EventEntry = { readonly event: string } & Readonly<Record<string, unknown>>;

export type AuditLog = {
  write(entry: BegunEntry | SignalEntry | EndedEntry | RegistryEntry | EventEntry): void;
  /** All lines that are JSON, oldest first; those of the rotated log too. */
  read(): Reading<readonly unknown[]>;
  /** @returns a function that yields the lines since its last call, at first all of them. It keeps none of them. */
  follow(): () => Iterable<unknown>;
  /** Write errors since the last call. Writing never blocks a command. */
  warnings(): readonly string[];
};

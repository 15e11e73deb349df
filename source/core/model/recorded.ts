/** What registries hold, as read: raw and unjudged. */
import type { ProcessRef, Reading } from './process.ts';

/** One agent as one registry file has it. */
export type AgentEntry = {
  readonly id: string;
  readonly type?: string;
  readonly task?: string;
  readonly parent?: string;
  readonly depth?: number;
  readonly status?: string;
  readonly progress?: number;
  readonly session?: string;
  readonly startedAt?: number;
  readonly lastUpdateAt?: number;
  /** When it was recorded as finished. */
  readonly finishedAt?: number;
  readonly tracked: readonly (ProcessRef & { readonly bootId: string })[];
  /** What `tracked_files` names, by its name there. */
  readonly files?: ReadonlyMap<string, string>;
  /** Fields that are there with a wrong type. */
  readonly faults: readonly EntryFault[];
};

/** A field of an entry with a wrong type, and the sentence about it. */
export type EntryFault = { readonly field: string; readonly text: string };

export type RegistryScope = 'task' | 'global';

/** What a registry allows; a limit that it does not name is none. */
export type Limits = {
  /** Active agents at once: of the task, or of the whole workspace. */
  readonly concurrent?: number;
  /** Agents that may ever be spawned in the task. */
  readonly agents?: number;
  readonly depth?: number;
  /** How many were spawned so far, by the file's own count. */
  readonly spawned?: number;
};

export type RegistryContent = {
  readonly task?: string;
  readonly entries: readonly AgentEntry[];
  /** What the file itself counts as active, where it says so. */
  readonly countedActive?: number;
  readonly countedCompleted?: number;
  readonly limits?: Limits;
  /** Where the orchestrator's client works: a path that nobody has checked. */
  readonly directory?: string;
  /** Parts that make no sense and were left out, one sentence each. */
  readonly faults: readonly string[];
};

export type RegistryReading = {
  readonly path: string;
  readonly workspace: string;
  readonly scope: RegistryScope;
  readonly kind: 'json' | 'sqlite';
  readonly modifiedAt: number;
  readonly ownerUid: number;
  readonly lockedBy?: string;
  readonly reading: Reading<RegistryContent>;
};

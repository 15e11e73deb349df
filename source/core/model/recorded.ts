/** Registry contents as read: raw and unjudged. */
import type { ProcessRef, Reading } from './process.ts';

/** One agent in one registry file. */
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
  /** Paths in `tracked_files`, by their names there. */
  readonly files?: ReadonlyMap<string, string>;
  /** Fields with a wrong type. */
  readonly faults: readonly EntryFault[];
};

/** A field with a wrong type, and the message for it. */
export type EntryFault = { readonly field: string; readonly text: string };

/** What a registry covers: one task, all tasks as an index, or all tasks in a database. */
export type RegistryScope = 'task' | 'global' | 'database';

/** Of several entries of an agent, the first in this order is authoritative: the orchestrator calls its JSON files a
 * cache of its database. */
export const scopesByAuthority: readonly RegistryScope[] = ['database', 'task', 'global'];

/** For sorting: authoritative registries first. */
export function byAuthority(
  a: { readonly scope: RegistryScope },
  b: { readonly scope: RegistryScope },
): number {
  return scopesByAuthority.indexOf(a.scope) - scopesByAuthority.indexOf(b.scope);
}

/** Limits in a registry; a missing one is no limit. */
export type Limits = {
  /** Active agents at once: of the task, or of the whole workspace. */
  readonly concurrent?: number;
  /** Agents that may ever be spawned in the task. */
  readonly agents?: number;
  readonly depth?: number;
  /** Agents spawned so far, by the file's own counter. */
  readonly spawned?: number;
};

/** A task, and what it is about if that is recorded. */
export type Task = {
  readonly id: string;
  readonly description?: string;
  /** As a database has them; a JSON registry has those of its own task. */
  readonly limits?: Limits;
};

export type RegistryContent = {
  readonly task?: string;
  /** Of the task. */
  readonly description?: string;
  /** In the global registry those with a description, in a database all. */
  readonly tasks?: readonly Task[];
  readonly entries: readonly AgentEntry[];
  /** The file's own count of active agents, if it has one. */
  readonly countedActive?: number;
  readonly countedCompleted?: number;
  readonly limits?: Limits;
  /** Working directory of the orchestrator's client: an unverified path. */
  readonly directory?: string;
  /** Malformed parts that were skipped, one sentence each. */
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
  /** If it is a whole JSON document with something after it: how many characters. */
  readonly tail?: number;
};

export type RegistrySummary = {
  readonly path: string;
  readonly kind: 'json' | 'sqlite';
  readonly scope: RegistryScope;
  readonly ok: boolean;
  readonly agents: number;
  readonly recordedActive: number;
  /** Undefined if a source could not be read. */
  readonly actualActive?: number;
  readonly lockedBy?: string;
};

/** Changing registries; `host/registry/store.ts` implements it on disk. */
import type { Reading, RegistryScope } from '../model/model.ts';
import type { RegistryDocument } from '../registry/document.ts';
import type { Edit } from '../registry/edit.ts';

export type RegistryFile = { readonly path: string; readonly scope: RegistryScope };

/** Edits to one file. */
export type FileChange = { readonly path: string; readonly edits: readonly Edit[] };

export type RegistryUpdate = {
  /** Locked in this order; a task's registry before the global one. */
  readonly files: readonly RegistryFile[];
  /** Called under the locks with the current files, and again if a program without a lock has written meanwhile;
   * must be pure and fast because other writers wait. A file without a change only gets its counters corrected. */
  readonly mutate: (documents: readonly RegistryDocument[]) => readonly FileChange[];
  /** Lock timeout, milliseconds. */
  readonly waitMs: number;
};

export type RegistryRebuild = {
  /** Registries to rebuild from; locked first, in this order. */
  readonly sources: readonly RegistryFile[];
  readonly target: RegistryFile;
  /** @param broken the text to replace. */
  readonly compose: (sources: readonly RegistryDocument[], broken: string) => string;
  readonly waitMs: number;
};

export type UpdateResult =
  | {
      readonly kind: 'done';
      /** Paths of the files that were written. */
      readonly written: readonly string[];
      /** How long the locks were held. */
      readonly heldMs: number;
    }
  | { readonly kind: 'busy'; readonly path: string; readonly holder: string }
  | {
      readonly kind: 'refused';
      readonly path: string;
      readonly reason: string;
      /** Paths written before the refusal. */
      readonly written: readonly string[];
      /** The agent whose row cannot be changed; those of others may be. */
      readonly agentId?: string;
    };

export type UpdateFailure = Exclude<UpdateResult, { kind: 'done' }>;

/** @returns why an update failed, as one clause. */
export function failureClause(result: UpdateFailure): string {
  return result.kind === 'busy' ? `lock busy: held by ${result.holder}` : result.reason;
}

export type Backup = {
  /** Directory name: timestamp and reason. */
  readonly name: string;
  readonly path: string;
  readonly files: readonly BackupFile[];
};

export type BackupFile = {
  /** Path of the registry that was copied. */
  readonly original: string;
  readonly scope: RegistryScope;
  readonly path: string;
  /** Number of entries, or why the backup is unusable. */
  readonly entries: Reading<number>;
  /** Statuses by agent id, as far as they are recorded. */
  readonly statuses: ReadonlyMap<string, string>;
};

/** All registry writes. No method throws. */
export type RegistryStore = {
  /** One transaction: lock → recover → read → mutate → check → write → verify → unlock. */
  update(update: RegistryUpdate): Promise<UpdateResult>;
  /** Completes writes that a killed vigil started. @returns one sentence per file. */
  recover(files: readonly RegistryFile[]): Promise<readonly string[]>;
  /** Copies all registries of a workspace, verifies the copies and prunes old backups.
   * @param waitMs lock timeout per file. */
  backUp(
    workspace: string,
    files: readonly RegistryFile[],
    reason: string,
    waitMs: number,
  ): Promise<Reading<Backup>>;
  /** Newest first.
   * @param isEnough asked after each: older ones are not read then. */
  backups(
    workspace: string,
    isEnough?: (found: readonly Backup[]) => boolean,
  ): Promise<readonly Backup[]>;
  /** Replaces a registry with a backup and quarantines the old file. Writes nothing if they are
   * identical. */
  restore(file: BackupFile, waitMs: number): Promise<UpdateResult>;
  /** Whether a registry already equals the backup. Takes no lock. */
  isRestored(file: BackupFile): Promise<boolean>;
  /** Replaces an unreadable registry with one composed from others, all of them locked, and
   * quarantines the old file. */
  rebuild(rebuilding: RegistryRebuild): Promise<UpdateResult>;
};

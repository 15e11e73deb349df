/** The one way to change a registry, as a type: `host/registry/store.ts` does it on disk. */
import type { Reading, RegistryScope } from '../model/model.ts';
import type { RegistryDocument } from '../registry/document.ts';
import type { Edit } from '../registry/edit.ts';

export type RegistryFile = { readonly path: string; readonly scope: RegistryScope };

/** What becomes of one file. */
export type FileChange = { readonly path: string; readonly edits: readonly Edit[] };

export type RegistryUpdate = {
  /** Locked in this order; a task's registry before the global one. */
  readonly files: readonly RegistryFile[];
  /** Called once, under the locks, with the files as they then are. Pure and quick: others wait. A
   * file that is not mentioned in the answer only gets its counters right. */
  readonly mutate: (documents: readonly RegistryDocument[]) => readonly FileChange[];
  /** How long to wait for the locks, milliseconds. */
  readonly waitMs: number;
};

export type RegistryRebuild = {
  /** What it is made from; locked first, in this order. */
  readonly sources: readonly RegistryFile[];
  readonly target: RegistryFile;
  readonly compose: (sources: readonly RegistryDocument[]) => string;
  readonly waitMs: number;
};

export type UpdateResult =
  | {
      readonly kind: 'done';
      /** Files that got a new text. */
      readonly written: readonly string[];
      /** How long others were kept waiting. */
      readonly heldMs: number;
    }
  | { readonly kind: 'busy'; readonly path: string; readonly holder: string }
  | {
      readonly kind: 'refused';
      readonly path: string;
      readonly reason: string;
      /** Written before the one that was refused. */
      readonly written: readonly string[];
    };

export type UpdateFailure = Exclude<UpdateResult, { kind: 'done' }>;

/** @returns one clause for an update that did not happen. */
export function failureClause(result: UpdateFailure): string {
  return result.kind === 'busy' ? `lock busy: held by ${result.holder}` : result.reason;
}

export type Backup = {
  /** Its directory's name: when it was made and what for. */
  readonly name: string;
  readonly path: string;
  readonly files: readonly BackupFile[];
};

export type BackupFile = {
  /** The registry it is of. */
  readonly original: string;
  readonly scope: RegistryScope;
  readonly path: string;
  /** Entries in it, or why it cannot be used. */
  readonly entries: Reading<number>;
};

/** Everything vigil ever does to a registry. None of it throws. */
export type RegistryStore = {
  /** lock → recover → read → mutate → check → write → verify → unlock, once. */
  update(update: RegistryUpdate): Promise<UpdateResult>;
  /** Finishes what a killed vigil began, where it did. @returns one sentence a file. */
  recover(files: readonly RegistryFile[]): Promise<readonly string[]>;
  /** Copies all registries of a workspace, checks the copies, and thins out old ones.
   * @param waitMs how long to wait for the writers of each file. */
  backUp(
    workspace: string,
    files: readonly RegistryFile[],
    reason: string,
    waitMs: number,
  ): Promise<Reading<Backup>>;
  /** Newest first. */
  backups(workspace: string): Promise<readonly Backup[]>;
  /** Puts a backup's text in a registry's place; what was there is kept in quarantine. Where it is the
   * same nothing is written. */
  restore(file: BackupFile, waitMs: number): Promise<UpdateResult>;
  /** Whether a registry is as in the backup already. Takes no lock. */
  isRestored(file: BackupFile): Promise<boolean>;
  /** Puts a text made from other registries in the place of one that cannot be read. All of them are
   * locked meanwhile; what was there is kept in quarantine. */
  rebuild(rebuilding: RegistryRebuild): Promise<UpdateResult>;
};

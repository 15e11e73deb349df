/** The databases of one update: their transactions begin when the JSON files are locked, and end with theirs. */
import type {
  FileChange,
  RegistryFile,
  UpdateFailure,
} from '../../../core/ports/registry-store.ts';
import type { RegistryDocument } from '../../../core/registry/document.ts';
import { Refusal } from '../update-refusal.ts';
import { DatabaseBusy, type OpenDatabase, openDatabase, type Wait } from './write-database.ts';

export type Databases = {
  /** Begins the transactions. @returns why it cannot. */
  begin(wait: Wait): Promise<UpdateFailure | undefined>;
  /** As they are in the transactions. */
  documents(): readonly RegistryDocument[];
  /** @throws Refusal. */
  change(changes: readonly FileChange[]): void;
  /** @returns the paths that were written, with the times of the writes. @throws Refusal, DatabaseBusy. */
  commit(): Promise<ReadonlyMap<string, bigint>>;
  /** Rolls back what is not committed. */
  end(): void;
};

export function databasesOf(files: readonly RegistryFile[]): Databases {
  let open: OpenDatabase[] = [];
  return {
    async begin(wait) {
      try {
        for (const { path } of files) open.push(await openDatabase(path, wait));
        return undefined;
      } catch (error) {
        return failureOf(error);
      }
    },
    documents: () => open.map(({ document }) => document),
    change(changes) {
      for (const each of open)
        each.change(changes.filter(({ path }) => path === each.path).flatMap(({ edits }) => edits));
    },
    async commit() {
      const written = new Map<string, bigint>();
      for (const each of open) {
        const modified = await each.commit();
        if (modified !== undefined) written.set(each.path, modified);
      }
      return written;
    },
    end() {
      for (const each of open) each.close();
      open = [];
    },
  };
}

/** @throws what is no failure of an update. */
export function failureOf(error: unknown): UpdateFailure {
  if (error instanceof DatabaseBusy)
    return { kind: 'busy', path: error.path, holder: error.holder };
  if (!(error instanceof Refusal)) throw error;
  const { path, message, agentId } = error;
  return { kind: 'refused', path, reason: message, written: [], agentId };
}

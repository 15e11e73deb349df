/** The only way to change a registry on disk:
 * lock → recover → read → mutate → check → write → verify → unlock.
 * The transaction itself is in `transaction.ts`. */
import { existsSync } from 'node:fs';
import type { RegistryScope } from '../../core/model/model.ts';
import {
  type BackupFile,
  type FileChange,
  failureClause,
  type RegistryFile,
  type RegistryStore,
  type UpdateResult,
} from '../../core/ports/registry-store.ts';
import { editDocument, type RegistryDocument } from '../../core/registry/document.ts';
import {
  backUp,
  type Copies,
  documentOf,
  isRestored,
  listBackups,
  restoreBackup,
} from './backups.ts';
import { largestRegistryBytes, tooLarge } from './content.ts';
import { backUpDaily } from './daily-backup.ts';
import { journalOf } from './journal.ts';
import { named } from './named.ts';
import { quarantine } from './quarantine.ts';
import { databasesOf } from './sqlite/databases.ts';
import { type Next, type OnWrite, type Opened, underLocks } from './transaction.ts';
import { Refusal } from './update-refusal.ts';

/** For a file with the journal of a killed vigil. */
const recoveryWaitMs = 5000;

export function createRegistryStore(wrote: OnWrite = () => undefined): RegistryStore {
  /** Of the last backup, for the update that follows. */
  const copied: Copies = new Map();
  return {
    async update(wanted) {
      await backUpDaily(wanted.files);
      const known = new Map(copied);
      copied.clear();
      const isDatabase = ({ scope }: RegistryFile) => scope === 'database';
      const databases = databasesOf(wanted.files.filter(isDatabase));
      const files = wanted.files.filter(file => !isDatabase(file));
      return underLocks({ files, waitMs: wanted.waitMs }, wrote, {
        read: (base, path, scope) => readKnown(known, base, path) ?? readParsed(base, path, scope),
        isAwaited: true,
        databases,
        decide(opened) {
          const documents = [...opened.map(each => each.content), ...databases.documents()];
          const changes = wanted.mutate(documents);
          const next = opened.map(each => nextOf(each, changes));
          databases.change(changes);
          return next;
        },
      });
    },
    async recover(files) {
      const outcomes: string[] = [];
      for (const file of files) {
        // SQLite finishes or rolls back what was interrupted in a database.
        if (file.scope === 'database') continue;
        if (!existsSync(journalOf(file.path))) continue;
        const wanted = { files: [file], waitMs: recoveryWaitMs };
        const result = await underLocks(wanted, wrote, { read: readAny, decide: () => [] });
        const outcome =
          result.kind === 'done'
            ? 'interrupted write finished or rolled back'
            : failureClause(result);
        outcomes.push(`${file.path}: ${outcome}`);
      }
      return outcomes;
    },
    async backUp(workspace, files, reason, waitMs) {
      copied.clear();
      return backUp(workspace, files, reason, waitMs, copied);
    },
    backups: listBackups,
    isRestored: async file => file.scope !== 'database' && isRestored(file),
    rebuild: ({ sources, target, compose, waitMs }) => {
      const wanted = { files: [...sources, target], waitMs };
      const read = (base: Buffer, path: string, scope: RegistryScope) =>
        path === target.path ? unreadable(base, path, scope) : readParsed(base, path, scope);
      return underLocks(wanted, wrote, {
        read,
        decide(opened) {
          const documents = opened.flatMap(each => each.content ?? []);
          const broken = opened.filter(each => each.content === undefined);
          return broken.map(each => replaced(each, compose(documents, String(each.base))));
        },
      });
    },
    restore: async (file, waitMs) => {
      if (file.scope === 'database') return notRestored(file);
      const wanted = { files: [{ path: file.original, scope: file.scope }], waitMs };
      return restoreBackup(file, text =>
        underLocks(wanted, wrote, {
          read: readAny,
          decide: opened => opened.map(each => replaced(each, text)),
        }),
      );
    },
  };
}

/** @returns what the same bytes were when they were copied. */
function readKnown(copies: Copies, base: Buffer, path: string): RegistryDocument | undefined {
  const known = copies.get(path);
  return known?.bytes.equals(base) ? { ...known.document, path } : undefined;
}

function readParsed(base: Buffer, path: string, scope: RegistryScope): RegistryDocument {
  const document = documentOf(base, path, scope);
  if (!document.ok) throw new Refusal(path, document.reason);
  return document.value;
}

/** Commands skip it. */
function notRestored({ original: path }: BackupFile): UpdateResult {
  const reason = 'vigil does not restore a database that other programs may have open';
  return { kind: 'refused', path, reason, written: [] };
}

/** For a restore: the old content may be anything. */
function readAny(): undefined {
  return undefined;
}

/** For a rebuild: if another process has repaired the file meanwhile, its content stays. */
function unreadable(base: Buffer, path: string, scope: RegistryScope): undefined {
  if (documentOf(base, path, scope).ok) throw new Refusal(path, 'it can be read now');
}

/** @returns the validated new text of one file. */
function nextOf(
  { file, base, content }: Opened<RegistryDocument>,
  changes: readonly FileChange[],
): Next {
  const edits = changes.find(change => change.path === file.path)?.edits ?? [];
  const text = editDocument(content, edits);
  if (!text.ok) throw new Refusal(file.path, text.reason);
  const next = Buffer.from(text.value);
  if (next.length > largestRegistryBytes) throw new Refusal(file.path, tooLarge(next.length));
  return { file, base, next };
}

/** Replaces the whole text; the old one goes to quarantine. */
function replaced({ file, base }: Opened<unknown>, text: string): Next {
  const next = Buffer.from(text);
  if (!next.equals(base)) named(file.path, () => quarantine(file.path, base));
  return { file, base, next };
}

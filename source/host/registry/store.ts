/** The only way to change a registry on disk:
 * lock → recover → read → mutate → check → write → verify → unlock.
 * Everything between lock and unlock is synchronous: no poll, tmux call or timer can interleave. */
import { existsSync, fstatSync } from 'node:fs';
import type { RegistryScope } from '../../core/model/model.ts';
import {
  type FileChange,
  failureClause,
  type RegistryStore,
  type RegistryUpdate,
  type UpdateResult,
} from '../../core/ports/registry-store.ts';
import { editDocument, type RegistryDocument } from '../../core/registry/document.ts';
import { type LockedFile, lockFile } from '../lock/locked-file.ts';
import { tryTo } from '../run/try-to.ts';
import { backUp, documentOf, isRestored, listBackups, restoreBackup } from './backups.ts';
import { largestRegistryBytes, tooLarge } from './content.ts';
import { journalOf } from './journal.ts';
import { quarantine } from './quarantine.ts';
import { reasonOf } from './safe-file.ts';
import { recover, UnfinishedWrite, writeInPlace } from './write-in-place.ts';

/** For a file with the journal of a killed vigil. */
const recoveryWaitMs = 5000;

/** Called for each changed registry, with its path and modification time in nanoseconds. */
export type OnWrite = (path: string, modified: bigint) => void;

export function createRegistryStore(wrote: OnWrite = () => undefined): RegistryStore {
  return {
    update: wanted =>
      underLocks(wanted, wrote, readParsed, opened => {
        const changes = wanted.mutate(opened.map(each => each.content));
        return opened.map(each => nextOf(each, changes));
      }),
    async recover(files) {
      const outcomes: string[] = [];
      for (const file of files) {
        if (!existsSync(journalOf(file.path))) continue;
        const wanted = { files: [file], waitMs: recoveryWaitMs };
        const result = await underLocks(wanted, wrote, readAny, () => []);
        const outcome =
          result.kind === 'done'
            ? 'interrupted write finished or rolled back'
            : failureClause(result);
        outcomes.push(`${file.path}: ${outcome}`);
      }
      return outcomes;
    },
    backUp,
    backups: listBackups,
    isRestored: async file => isRestored(file),
    rebuild: ({ sources, target, compose, waitMs }) => {
      const wanted = { files: [...sources, target], waitMs };
      const read = (base: Buffer, path: string, scope: RegistryScope) =>
        path === target.path ? unreadable(base, path, scope) : readParsed(base, path, scope);
      return underLocks(wanted, wrote, read, opened => {
        const text = compose(opened.flatMap(each => each.content ?? []));
        const broken = opened.filter(each => each.content === undefined);
        return broken.map(each => replaced(each, text));
      });
    },
    restore: (file, waitMs) => {
      const wanted = { files: [{ path: file.original, scope: file.scope }], waitMs };
      return restoreBackup(file, text =>
        underLocks(wanted, wrote, readAny, opened => opened.map(each => replaced(each, text))),
      );
    },
  };
}

type Opened<T> = { readonly file: LockedFile; readonly base: Buffer; readonly content: T };
type Next = { readonly file: LockedFile; readonly base: Buffer; readonly next: Buffer };

/** Aborts an update, naming the file. */
class Refusal extends Error {
  constructor(
    readonly path: string,
    reason: string,
  ) {
    super(reason);
  }
}

/** Locks all files, reads them, computes and writes the new texts, unlocks. */
async function underLocks<T>(
  wanted: Pick<RegistryUpdate, 'files' | 'waitMs'>,
  wrote: OnWrite,
  read: (base: Buffer, path: string, scope: RegistryScope) => T,
  decide: (opened: readonly Opened<T>[]) => readonly Next[],
): Promise<UpdateResult> {
  const deadline = Date.now() + wanted.waitMs;
  const locked: LockedFile[] = [];
  const modified = new Map<LockedFile, bigint>();
  const written: string[] = [];
  let lockedAt = 0;
  try {
    for (const { path } of wanted.files) {
      const result = await lockFile(path, deadline);
      if (result.kind === 'busy') return result;
      if (result.kind === 'refused') return { ...result, written };
      if (locked.length === 0) lockedAt = performance.now();
      locked.push(result.file);
    }
    const opened = locked.map((file, index): Opened<T> => {
      const base = named(file.path, () => {
        modified.set(file, modifiedAt(file));
        return readWhole(file);
      });
      const scope = wanted.files[index]?.scope ?? 'task';
      return { file, base, content: read(base, file.path, scope) };
    });
    for (const { file, base, next } of decide(opened)) {
      if (next.equals(base)) continue;
      named(file.path, () => writeInPlace(file.descriptor, file.path, base, next));
      written.push(file.path);
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { kind: 'refused', path: error.path, reason: error.message, written };
  } finally {
    const changed = changesSince(modified);
    // Released in reverse order.
    for (const file of locked.reverse()) await file.release();
    for (const [path, now] of changed) wrote(path, now);
  }
  return { kind: 'done', written, heldMs: performance.now() - lockedAt };
}

/** Attributes a system error to the file being processed. */
function named<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Refusal) throw error;
    const isOpen = error instanceof UnfinishedWrite;
    const later = ': the next vigil finishes the write';
    throw new Refusal(path, isOpen ? `${error.message}${later}` : reasonOf(error));
  }
}

/** @returns files changed under their locks, including writes that were recovered or rolled back. */
function changesSince(modified: ReadonlyMap<LockedFile, bigint>) {
  return [...modified].flatMap(([file, before]) => {
    const now = tryTo(() => modifiedAt(file));
    return now === undefined || now === before ? [] : [[file.path, now] as const];
  });
}

function modifiedAt(file: LockedFile): bigint {
  return fstatSync(file.descriptor, { bigint: true }).mtimeNs;
}

function readWhole(file: LockedFile): Buffer {
  const { size } = fstatSync(file.descriptor);
  if (size > largestRegistryBytes) throw new Refusal(file.path, tooLarge(size));
  return recover(file.descriptor, file.path);
}

function readParsed(base: Buffer, path: string, scope: RegistryScope): RegistryDocument {
  const document = documentOf(base, path, scope);
  if (!document.ok) throw new Refusal(path, document.reason);
  return document.value;
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
  const document = editDocument(content, edits);
  if (!document.ok) throw new Refusal(file.path, document.reason);
  const next = Buffer.from(document.value.text);
  if (next.length > largestRegistryBytes) throw new Refusal(file.path, tooLarge(next.length));
  return { file, base, next };
}

/** Replaces the whole text; the old one goes to quarantine. */
function replaced({ file, base }: Opened<unknown>, text: string): Next {
  const next = Buffer.from(text);
  if (!next.equals(base)) named(file.path, () => quarantine(file.path, base));
  return { file, base, next };
}

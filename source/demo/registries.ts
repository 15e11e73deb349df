/** Made-up registries and their backups: texts in memory, changed by the same edits and checks as real
 * ones. */
import type { Reading, RegistryReading } from '../core/model/model.ts';
import type {
  Backup,
  BackupFile,
  RegistryFile,
  RegistryUpdate,
  UpdateResult,
} from '../core/ports/registry-store.ts';
import { editDocument, type RegistryDocument, readDocument } from '../core/registry/document.ts';
import { workspace } from './cast.ts';
import type { Timeline } from './timeline.ts';

const mostBackups = 10;

export function createRegistries(timeline: Timeline) {
  const files = new Map<string, { readonly text: string; readonly reading: RegistryReading }>();
  const backups: Backup[] = [];
  /** Texts by the paths of their copies. */
  const copies = new Map<string, string>();

  const textOf = (path: string) => files.get(path)?.text;
  const write = ({ path, scope }: RegistryFile, text: string, ageMs = 0) => {
    const document = readDocument(path, scope, text);
    const reading: RegistryReading = {
      ...{ path, workspace, scope, kind: 'json', ownerUid: 1000 },
      modifiedAt: timeline.wall() - ageMs,
      reading: document.ok ? { ok: true, value: document.value.content } : document,
    };
    files.set(path, { text, reading });
  };
  const read = ({ path, scope }: RegistryFile): Reading<RegistryDocument> => {
    const file = files.get(path);
    if (file === undefined) return { ok: false, reason: 'it is not there' };
    const { text, reading } = file;
    if (!reading.reading.ok) return reading.reading;
    return { ok: true, value: { path, scope, text, content: reading.reading.value } };
  };
  const refused = (path: string, reason: string): UpdateResult => ({
    ...{ kind: 'refused', path, reason, written: [] },
  });
  const done = (written: readonly string[]): UpdateResult => ({ kind: 'done', written, heldMs: 1 });

  return {
    textOf,
    write,
    /** The file as it is, or why it cannot be read. */
    read,
    readings: () => [...files.values()].map(({ reading }) => reading),
    update({ files: wanted, mutate }: Pick<RegistryUpdate, 'files' | 'mutate'>): UpdateResult {
      const documents: RegistryDocument[] = [];
      for (const file of wanted) {
        const document = read(file);
        if (!document.ok) return refused(file.path, document.reason);
        documents.push(document.value);
      }
      const changes = mutate(documents);
      const next: RegistryDocument[] = [];
      for (const document of documents) {
        const { path } = document;
        const edits = changes.find(change => change.path === path)?.edits ?? [];
        const edited = editDocument(document, edits);
        if (!edited.ok) return refused(path, edited.reason);
        if (edited.value.text !== document.text) next.push(edited.value);
      }
      for (const document of next) write(document, document.text);
      return done(next.map(({ path }) => path));
    },
    backUp(wanted: readonly RegistryFile[], reason: string): Backup {
      const name = `${new Date(timeline.wall()).toISOString().replaceAll(':', '-')}-${reason}`;
      const path = `${workspace}/registry/backups/${name}`;
      const copied = wanted.map((file): BackupFile => {
        const copy = `${path}${file.path.slice(workspace.length)}`;
        const document = read(file);
        copies.set(copy, textOf(file.path) ?? '');
        const entries = document.ok
          ? ({ ok: true, value: document.value.content.entries.length } as const)
          : document;
        return { original: file.path, scope: file.scope, path: copy, entries };
      });
      const backup = { name, path, files: copied };
      backups.unshift(backup);
      for (const old of backups.splice(mostBackups))
        for (const file of old.files) copies.delete(file.path);
      return backup;
    },
    backups: () => [...backups],
    isRestored: ({ original, path }: BackupFile) => textOf(original) === copies.get(path),
    restore({ original, scope, path }: BackupFile): UpdateResult {
      const text = copies.get(path);
      if (text === undefined) return refused(original, 'the backup is gone');
      if (text === textOf(original)) return done([]);
      write({ path: original, scope }, text);
      return done([original]);
    },
  };
}

/** Made-up registries and their backups: texts in memory, changed by the same edits and checks as real
 * ones. */
import type { RegistryReading } from '../core/model/model.ts';
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

/** When the story begins, nothing is young. */
const firstAgeMs = 180_000;

export function createRegistries(timeline: Timeline) {
  const files = new Map<string, { readonly document: RegistryDocument; modifiedAt: number }>();
  const backups: Backup[] = [];
  /** By the path of the copy. */
  const copies = new Map<string, RegistryDocument>();

  const documentsOf = (wanted: readonly RegistryFile[]) =>
    wanted.flatMap(({ path }) => files.get(path)?.document ?? []);
  const textOf = (path: string) => files.get(path)?.document.text;
  const write = (documents: readonly RegistryDocument[]): UpdateResult => {
    const modifiedAt = timeline.wall() - (timeline.now() === 0 ? firstAgeMs : 0);
    for (const document of documents) files.set(document.path, { document, modifiedAt });
    return { kind: 'done', written: documents.map(({ path }) => path), heldMs: 1 };
  };

  return {
    textOf,
    entriesIn: (file: RegistryFile) =>
      documentsOf([file]).flatMap(({ content }) => content.entries),
    create({ path, scope }: RegistryFile, text: string) {
      const document = readDocument(path, scope, text);
      if (document.ok) write([document.value]);
    },
    readings: () =>
      [...files.values()].map(({ document: { path, scope, content }, modifiedAt }) => {
        const reading: RegistryReading['reading'] = { ok: true, value: content };
        return {
          path,
          workspace,
          scope,
          kind: 'json',
          ownerUid: 1000,
          modifiedAt,
          reading,
        } as const;
      }),
    update({ files: wanted, mutate }: Pick<RegistryUpdate, 'files' | 'mutate'>): UpdateResult {
      const documents = documentsOf(wanted);
      const changes = mutate(documents);
      const changed: RegistryDocument[] = [];
      for (const document of documents) {
        const { path, scope, text } = document;
        const edits = changes.find(change => change.path === path)?.edits ?? [];
        const edited = editDocument(document, edits);
        const read = edited.ok ? readDocument(path, scope, edited.value) : edited;
        if (!read.ok) return { kind: 'refused', path, reason: read.reason, written: [] };
        if (read.value.text !== text) changed.push(read.value);
      }
      return write(changed);
    },
    backUp(wanted: readonly RegistryFile[], reason: string): Backup {
      const name = `${new Date(timeline.wall()).toISOString().replaceAll(':', '-')}-${reason}`;
      const path = `${workspace}/registry/backups/${name}`;
      const copied = documentsOf(wanted).map((document): BackupFile => {
        const { path: original, scope, content } = document;
        const copy = `${path}${original.slice(workspace.length)}`;
        copies.set(copy, document);
        const entries = { ok: true, value: content.entries.length } as const;
        const statuses = new Map(content.entries.map(({ id, status = '' }) => [id, status]));
        return { original, scope, path: copy, entries, statuses };
      });
      const backup = { name, path, files: copied };
      backups.unshift(backup);
      return backup;
    },
    backups: () => [...backups],
    isRestored: ({ original, path }: BackupFile) => textOf(original) === copies.get(path)?.text,
    restore({ original, path }: BackupFile): UpdateResult {
      const copy = copies.get(path);
      return write(copy === undefined || copy.text === textOf(original) ? [] : [copy]);
    },
  };
}

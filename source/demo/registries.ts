/** Made-up registries: texts in memory, changed as a real one is, by the same edits and checks. */
import type { Reading, RegistryReading } from '../core/model/model.ts';
import type { RegistryFile, RegistryUpdate, UpdateResult } from '../core/ports/registry-store.ts';
import { editDocument, type RegistryDocument, readDocument } from '../core/registry/document.ts';
import { workspace } from './cast.ts';
import type { Timeline } from './timeline.ts';

export type Registries = {
  readings(): readonly RegistryReading[];
  update(update: Pick<RegistryUpdate, 'files' | 'mutate'>): UpdateResult;
  textOf(path: string): string | undefined;
  /** Another text as a whole. */
  replace(path: string, text: string): void;
  /** @returns the file as it is, or what is wrong with it. */
  read(file: RegistryFile): Reading<RegistryDocument>;
};

type Text = { readonly text: string; readonly reading: RegistryReading };

/** @param ageMs since they were changed last. */
export function createRegistries(
  timeline: Timeline,
  begin: readonly (RegistryFile & { readonly text: string })[],
  ageMs: number,
): Registries {
  const files = new Map<string, Text>();
  const write = ({ path, scope }: RegistryFile, text: string, modifiedAt: number) => {
    const document = readDocument(path, scope, text);
    const content = document.ok ? ({ ok: true, value: document.value.content } as const) : document;
    const reading: RegistryReading = {
      path,
      workspace,
      scope,
      kind: 'json',
      modifiedAt,
      ownerUid: 1000,
      reading: content,
    };
    files.set(path, { text, reading });
  };
  for (const file of begin) write(file, file.text, timeline.wall() - ageMs);
  const read = ({ path, scope }: RegistryFile): Reading<RegistryDocument> => {
    const file = files.get(path);
    if (file === undefined) return { ok: false, reason: 'it is not there' };
    const { text, reading } = file;
    return reading.reading.ok
      ? { ok: true, value: { path, scope, text, content: reading.reading.value } }
      : reading.reading;
  };
  return {
    read,
    readings: () => [...files.values()].map(({ reading }) => reading),
    textOf: path => files.get(path)?.text,
    replace(path, text) {
      const file = files.get(path);
      if (file !== undefined) write(file.reading, text, timeline.wall());
    },
    update({ files: wanted, mutate }) {
      const refused = (path: string, reason: string) =>
        ({ kind: 'refused', path, reason, written: [] }) as const;
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
      for (const document of next) write(document, document.text, timeline.wall());
      return { kind: 'done', written: next.map(({ path }) => path), heldMs: 1 };
    },
  };
}

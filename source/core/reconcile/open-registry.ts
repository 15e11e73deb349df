/** Mutable view of a registry's entries; collects changes and turns them into text edits. Ids are only
 * used as Map keys, so `__proto__` is an ordinary id. */
import { addTo } from '../model/group-by.ts';
import type { FileChange } from '../ports/registry-store.ts';
import type { RegistryDocument } from '../registry/document.ts';
import type { Edit, Json } from '../registry/edit.ts';
import { parseJson } from '../registry/json.ts';
import type { JsonPath } from '../registry/locate.ts';

/** An entry with its new field values and the names of the changed fields. */
export type OpenEntry = {
  readonly id: string;
  readonly at: JsonPath;
  readonly fields: Map<string, Json>;
  readonly isNew: boolean;
  readonly changed: Set<string>;
  set(name: string, value: Json | readonly object[]): void;
};

export type OpenRegistry = {
  readonly path: string;
  readonly scope: 'task' | 'global';
  entries(): readonly OpenEntry[];
  /** All entries with this id; a list may contain duplicates. */
  entriesOf(id: string): readonly OpenEntry[];
  add(id: string, fields: Map<string, Json>): boolean;
};

export function openRegistry(document: RegistryDocument | undefined): OpenRegistry | undefined {
  if (document === undefined) return undefined;
  const { path, scope, text } = document;
  const parsed = parseJson(text);
  const agents = parsed.ok ? fieldsOf(parsed.value)?.get('agents') : undefined;
  const isList = Array.isArray(agents);
  const holder = isList ? 'list' : fieldsOf(agents) === undefined ? 'none' : 'object';
  const byId = new Map<string, OpenEntry[]>();
  const keep = (entry: OpenEntry) => addTo(byId, entry.id, entry);
  const items: readonly (readonly [string | number, unknown])[] = isList
    ? [...agents.entries()]
    : [...(fieldsOf(agents) ?? [])];
  for (const [key, item] of items) {
    const fields = fieldsOf(item);
    const id = isList ? fields?.get('id') : key;
    if (fields !== undefined && typeof id === 'string')
      keep(entryOf(id, ['agents', key], fields, false));
  }
  let length = items.length;
  return {
    path,
    scope,
    entries: () => [...byId.values()].flat(),
    entriesOf: id => byId.get(id) ?? [],
    add(id, fields) {
      if (holder !== (scope === 'task' ? 'list' : 'object')) return false;
      keep(entryOf(id, ['agents', scope === 'task' ? length++ : id], fields, true));
      return true;
    },
  };
}

function entryOf(id: string, at: JsonPath, fields: Map<string, Json>, isNew: boolean): OpenEntry {
  const changed = new Set<string>();
  return {
    id,
    at,
    fields,
    isNew,
    changed,
    set(name, value) {
      fields.set(name, value as Json);
      changed.add(name);
    },
  };
}

export function fileChangeOf({ path, entries }: OpenRegistry): FileChange {
  const edits = entries().flatMap((entry): Edit[] =>
    entry.isNew
      ? [{ at: entry.at, value: Object.fromEntries(entry.fields) }]
      : [...entry.changed].map(name => ({
          at: [...entry.at, name],
          value: entry.fields.get(name) as Json,
        })),
  );
  return { path, edits };
}

function fieldsOf(value: unknown): Map<string, Json> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return new Map(Object.entries(value));
}

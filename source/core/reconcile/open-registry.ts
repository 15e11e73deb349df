/** Mutable view of a registry; collects changes and turns them into text edits. Ids are only
 * used as Map keys, so `__proto__` is an ordinary id. */
import { addTo } from '../model/group-by.ts';
import type { RegistryScope } from '../model/model.ts';
import type { FileChange } from '../ports/registry-store.ts';
import type { RegistryDocument } from '../registry/document.ts';
import type { Edit, Json } from '../registry/edit.ts';
import type { JsonPath } from '../registry/locate.ts';

export type Fields = { get(name: string): Json | undefined };

/** @property fields with their new values. */
export type OpenEntry = {
  readonly id: string;
  readonly at: JsonPath;
  readonly fields: Fields;
  set(name: string, value: Json | readonly object[]): void;
  /** The changed fields, or the whole entry if it is new. */
  edits(): readonly Edit[];
};
export type OpenRegistry = ReturnType<typeof openRegistry>;

/** The registries of a task, as far as they are among the documents. */
export type OpenRegistries = { readonly [scope in RegistryScope]?: OpenRegistry };

export function openRegistries(documents: readonly RegistryDocument[]): OpenRegistries {
  return Object.fromEntries(documents.map(each => [each.scope, openRegistry(each)]));
}

export function openRegistry({ json, ...document }: RegistryDocument) {
  const fields = fieldsIn(json);
  const agents = fields?.get('agents');
  const isList = Array.isArray(agents);
  const isById = fieldsIn(agents) !== undefined;
  const byId = new Map<string, OpenEntry[]>();
  const keep = (entry: OpenEntry) => addTo(byId, entry.id, entry);
  const items: readonly (readonly [string | number, unknown])[] = isList
    ? [...agents.entries()]
    : Object.entries(isById ? (agents as object) : {});
  for (const [key, item] of items) {
    const own = fieldsIn(item);
    const id = isList ? own?.get('id') : key;
    if (own !== undefined && typeof id === 'string') keep(entryOf(id, ['agents', key], own));
  }
  const holdsList = document.scope !== 'global';
  const isExtensible = holdsList ? isList : isById;
  let length = items.length;
  const entries = () => [...byId.values()].flat();
  return {
    ...document,
    /** Its top-level fields. */
    fields: fields ?? noFields,
    entries,
    /** All entries with this id; a list may contain duplicates. */
    entriesOf: (id: string): readonly OpenEntry[] => byId.get(id) ?? [],
    /** @returns whether its `agents` can hold an entry. */
    add(id: string, own: ReadonlyMap<string, Json>) {
      if (isExtensible) keep(newEntry(id, ['agents', holdsList ? length++ : id], own));
      return isExtensible;
    },
    /** The collected changes, and more edits. */
    change: (more: readonly Edit[] = []): FileChange => ({
      path: document.path,
      edits: [...entries().flatMap(entry => entry.edits()), ...more],
    }),
  };
}

/** Of thousands of entries, few fields change: the others stay where they were parsed. */
function entryOf(id: string, at: JsonPath, own: Fields): OpenEntry {
  const names: string[] = [];
  const values: Json[] = [];
  return {
    id,
    at,
    fields: {
      get(name) {
        const changed = names.indexOf(name);
        return changed < 0 ? own.get(name) : values[changed];
      },
    },
    set(name, value) {
      const changed = names.indexOf(name);
      values[changed < 0 ? names.push(name) - 1 : changed] = value as Json;
    },
    edits: () => names.map((name, index) => ({ at: [...at, name], value: values[index] })),
  };
}

function newEntry(id: string, at: JsonPath, own: ReadonlyMap<string, Json>): OpenEntry {
  const fields = new Map(own);
  return {
    id,
    at,
    fields,
    set: (name, value) => fields.set(name, value as Json),
    edits: () => [{ at, value: Object.fromEntries(fields) }],
  };
}

const noFields: Fields = { get: () => undefined };

/** The fields of a JSON object, where they are. */
function fieldsIn(value: unknown): Fields | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const own = value as Readonly<Record<string, Json>>;
  return { get: name => (Object.hasOwn(own, name) ? own[name] : undefined) };
}

/** The fields of a JSON object; `undefined` for any other value. */
export function fieldsOf(value: unknown): Map<string, Json> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return new Map(Object.entries(value));
}

export function textAt(fields: Fields, name: string): string | undefined {
  const value = fields.get(name);
  return typeof value === 'string' ? value : undefined;
}

/** Mutable view of a registry; collects changes and turns them into text edits. Ids are only
 * used as Map keys, so `__proto__` is an ordinary id. */
import { addTo } from '../model/group-by.ts';
import type { RegistryScope } from '../model/model.ts';
import type { FileChange } from '../ports/registry-store.ts';
import type { RegistryDocument } from '../registry/document.ts';
import type { Edit, Json } from '../registry/edit.ts';
import { parseJson } from '../registry/json.ts';
import type { JsonPath } from '../registry/locate.ts';

export type Fields = ReadonlyMap<string, Json>;

export type OpenEntry = ReturnType<typeof entryOf>;
export type OpenRegistry = ReturnType<typeof openRegistry>;

/** The registries of a task, as far as they are among the documents. */
export type OpenRegistries = { readonly [scope in RegistryScope]?: OpenRegistry };

export function openRegistries(documents: readonly RegistryDocument[]): OpenRegistries {
  return Object.fromEntries(documents.map(each => [each.scope, openRegistry(each)]));
}

export function openRegistry({ text, ...document }: RegistryDocument) {
  const parsed = parseJson(text);
  const fields = (parsed.ok && fieldsOf(parsed.value)) || new Map<string, Json>();
  const agents = fields.get('agents');
  const isList = Array.isArray(agents);
  const agentsById = fieldsOf(agents);
  const byId = new Map<string, OpenEntry[]>();
  const keep = (entry: OpenEntry) => addTo(byId, entry.id, entry);
  const items: readonly (readonly [string | number, unknown])[] = isList
    ? [...agents.entries()]
    : [...(agentsById ?? [])];
  for (const [key, item] of items) {
    const own = fieldsOf(item);
    const id = isList ? own?.get('id') : key;
    if (own !== undefined && typeof id === 'string') keep(entryOf(id, ['agents', key], own, false));
  }
  const holdsList = document.scope !== 'global';
  const isExtensible = holdsList ? isList : agentsById !== undefined;
  let length = items.length;
  const entries = () => [...byId.values()].flat();
  return {
    ...document,
    /** Its top-level fields. */
    fields: fields as Fields,
    entries,
    /** All entries with this id; a list may contain duplicates. */
    entriesOf: (id: string): readonly OpenEntry[] => byId.get(id) ?? [],
    /** @returns whether its `agents` can hold an entry. */
    add(id: string, own: Fields) {
      if (isExtensible)
        keep(entryOf(id, ['agents', holdsList ? length++ : id], new Map(own), true));
      return isExtensible;
    },
    /** The collected changes, and more edits. */
    change: (more: readonly Edit[] = []): FileChange => ({
      path: document.path,
      edits: [...entries().flatMap(entry => entry.edits()), ...more],
    }),
  };
}

function entryOf(id: string, at: JsonPath, fields: Map<string, Json>, isNew: boolean) {
  const changed = new Set<string>();
  return {
    id,
    at,
    /** With their new values. */
    fields: fields as Fields,
    set(name: string, value: Json | readonly object[]) {
      fields.set(name, value as Json);
      changed.add(name);
    },
    /** The changed fields, or the whole entry if it is new. */
    edits: (): readonly Edit[] =>
      isNew
        ? [{ at, value: Object.fromEntries(fields) }]
        : [...changed].map(name => ({ at: [...at, name], value: fields.get(name) })),
  };
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

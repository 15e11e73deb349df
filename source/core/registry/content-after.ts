/** What a registry says after edits of single fields. Ten thousand entries are not read once more for one that is closed. */
import type { AgentEntry, RegistryContent } from '../model/model.ts';
import type { Edit } from './edit.ts';

/** @param json the parsed text before, and `content` what it says.
 * @returns the content with the statuses that the edits set, and with all else as it was; undefined where they may change
 * which entries there are, or a field at the top. */
export function contentAfter(
  json: unknown,
  content: RegistryContent,
  edits: readonly Edit[],
): RegistryContent | undefined {
  const { agents } = Object(json) as { readonly agents?: unknown };
  const keys = Array.isArray(agents) ? [...agents.keys()] : Object.keys(Object(agents));
  // An entry that cannot be read has a place in the file.
  if (keys.length !== content.entries.length) return undefined;
  const places = new Map<string | number, number>(keys.map((key, place) => [key, place]));
  const entries: AgentEntry[] = [...content.entries];
  for (const { at, value } of edits) {
    const [top, key, field] = at;
    if (top === undefined || key === undefined) return undefined;
    if (top !== 'agents') continue;
    if (field === undefined || field === 'id') return undefined;
    const place = places.get(key);
    const entry = place === undefined ? undefined : entries[place];
    if (place === undefined || entry === undefined) return undefined;
    const status = at.length === 3 && typeof value === 'string' ? value : undefined;
    if (field === 'status') entries[place] = { ...entry, status };
  }
  return { ...content, entries };
}

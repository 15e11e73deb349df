/** Verifies that an edit changed only the requested values. */
import type { Edit } from './edit.ts';
import { type JsonNode, type JsonPath, locateJson } from './locate.ts';

/** Compares two texts value by value, including their formatting.
 * @param a positions of the values in `before`, if already known.
 * @returns the path of the first difference that no edit requested. */
export function strayChange(
  before: string,
  after: string,
  edits: readonly Edit[],
  a = locateJson(before),
): string | undefined {
  if (before === after) return undefined;
  const b = locateJson(after);
  if (!a.ok || !b.ok) return 'the text is no longer JSON';
  const isEdited = pathsOf(edits.filter(edit => edit.value !== undefined));
  const isRemoved = pathsOf(edits.filter(edit => edit.value === undefined));
  const compare = (one: JsonNode, other: JsonNode, path: JsonPath): string | undefined => {
    if (before.slice(one.start, one.end) === after.slice(other.start, other.end)) return undefined;
    if (isEdited(path)) return undefined;
    const here = path.join('.') || 'the top';
    if (one.kind === 'object' && other.kind === 'object') {
      // An edit applies to the last one of duplicate keys.
      const isKept = (key: string, index: number) =>
        !isRemoved([...path, key]) ||
        index !== one.members.findLastIndex(member => member.key === key);
      const kept = one.members.filter((member, index) => isKept(member.key, index));
      const news = other.members.slice(kept.length);
      if (other.members.length < kept.length || !news.every(each => isEdited([...path, each.key])))
        return here;
      return first(kept, (member, index) => {
        const twin = other.members[index];
        if (twin?.key !== member.key) return here;
        return compare(member.value, twin.value, [...path, member.key]);
      });
    }
    if (one.kind === 'array' && other.kind === 'array') {
      const kept = [...one.items.entries()].filter(([index]) => !isRemoved([...path, index]));
      if (other.items.length < kept.length) return here;
      const news = other.items.slice(kept.length).map((_, index) => one.items.length + index);
      if (!news.every(index => isEdited([...path, index]))) return here;
      return first(kept, ([index, item], place) =>
        compare(item, other.items[place] as JsonNode, [...path, index]),
      );
    }
    return here;
  };
  return compare(a.value, b.value, []);
}

function pathsOf(edits: readonly Edit[]): (path: JsonPath) => boolean {
  // Most updates remove nothing: then no path of a large file is spelled out.
  if (edits.length === 0) return () => false;
  const paths = new Set(edits.map(edit => JSON.stringify(edit.at)));
  return path => paths.has(JSON.stringify(path));
}

function first<T>(list: readonly T[], find: (item: T, index: number) => string | undefined) {
  for (const [index, item] of list.entries()) {
    const found = find(item, index);
    if (found !== undefined) return found;
  }
  return undefined;
}

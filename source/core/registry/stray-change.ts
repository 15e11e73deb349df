/** The proof that an edit did what was asked for, and not a byte else. */
import type { Edit } from './edit.ts';
import { type JsonNode, type JsonPath, locateJson } from './locate.ts';

/** Compares two texts value by value, as they are spelled.
 * @param a the places of the first one's values, where they are known already.
 * @returns the first place that differs although no edit is for it. */
export function strayChange(
  before: string,
  after: string,
  edits: readonly Edit[],
  a = locateJson(before),
): string | undefined {
  if (before === after) return undefined;
  const b = locateJson(after);
  if (!a.ok || !b.ok) return 'the text is no longer JSON';
  const isAsked = asked(edits.filter(edit => edit.value !== undefined));
  const isRemoved = asked(edits.filter(edit => edit.value === undefined));
  const compare = (one: JsonNode, other: JsonNode, path: JsonPath): string | undefined => {
    if (before.slice(one.start, one.end) === after.slice(other.start, other.end)) return undefined;
    if (isAsked(path)) return undefined;
    const here = path.join('.') || 'the top';
    if (one.kind === 'object' && other.kind === 'object') {
      // Of a key that is there twice the last one is meant.
      const isKept = (key: string, index: number) =>
        !isRemoved([...path, key]) ||
        index !== one.members.findLastIndex(member => member.key === key);
      const kept = one.members.filter((member, index) => isKept(member.key, index));
      const news = other.members.slice(kept.length);
      if (other.members.length < kept.length || !news.every(each => isAsked([...path, each.key])))
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
      if (!news.every(index => isAsked([...path, index]))) return here;
      return first(kept, ([index, item], place) =>
        compare(item, other.items[place] as JsonNode, [...path, index]),
      );
    }
    return here;
  };
  return compare(a.value, b.value, []);
}

function asked(edits: readonly Edit[]): (path: JsonPath) => boolean {
  const places = new Set(edits.map(edit => JSON.stringify(edit.at)));
  return path => places.has(JSON.stringify(path));
}

function first<T>(list: readonly T[], find: (item: T, index: number) => string | undefined) {
  for (const [index, item] of list.entries()) {
    const found = find(item, index);
    if (found !== undefined) return found;
  }
  return undefined;
}

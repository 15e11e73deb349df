/** Verifies that an edit changed only the requested values. */
import type { Edit } from './edit.ts';
import { type JsonNode, locateJson } from './locate.ts';
import { isSameButEdits } from './same-but-edits.ts';
import { type Wanted, wantedBy } from './wanted-edits.ts';

const notJson = 'the text is no longer JSON';

/** The steps to a difference, innermost first. */
type Difference = (string | number)[];

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
  const wanted = wantedBy(edits);
  if (a.ok && isSameButEdits(before, after, a.value, wanted)) return undefined;
  const b = locateJson(after);
  if (!a.ok || !b.ok) return notJson;
  const compare = (one: JsonNode, other: JsonNode, wanted?: Wanted): Difference | undefined => {
    if (before.slice(one.start, one.end) === after.slice(other.start, other.end)) return undefined;
    if (wanted?.isSet) return undefined;
    const isSet = (step: string | number) => wanted?.below?.get(step)?.isSet === true;
    const isRemoved = (step: string | number) => wanted?.below?.get(step)?.isRemoved === true;
    if (one.kind === 'object' && other.kind === 'object') {
      // An edit applies to the last one of duplicate keys.
      const isKept = (key: string, index: number) =>
        !isRemoved(key) || index !== one.members.findLastIndex(member => member.key === key);
      const kept = one.members.filter((member, index) => isKept(member.key, index));
      const news = other.members.slice(kept.length);
      if (other.members.length < kept.length || !news.every(each => isSet(each.key))) return [];
      for (const [index, { key, value }] of kept.entries()) {
        const twin = other.members[index];
        if (twin?.key !== key) return [];
        const found = compare(value, twin.value, wanted?.below?.get(key));
        if (found !== undefined) return [...found, key];
      }
      return undefined;
    }
    if (one.kind === 'array' && other.kind === 'array') {
      const kept = [...one.items.entries()].filter(([index]) => !isRemoved(index));
      if (other.items.length < kept.length) return [];
      const news = other.items.slice(kept.length).map((_, index) => one.items.length + index);
      if (!news.every(isSet)) return [];
      for (const [place, [index, item]] of kept.entries()) {
        const twin = other.items[place] as JsonNode;
        const found = compare(item, twin, wanted?.below?.get(index));
        if (found !== undefined) return [...found, index];
      }
      return undefined;
    }
    return [];
  };
  try {
    const found = compare(a.value, b.value, wanted);
    return found === undefined ? undefined : found.reverse().join('.') || 'the top';
  } catch {
    return notJson;
  }
}

/** The quick check of an edited text: what no edit names is compared byte by byte, and only what edits set is read as
 * JSON. Ten thousand edited entries are not located once more. */
import { createJsonReader, type JsonNode } from './locate.ts';
import type { Wanted } from './wanted-edits.ts';

/** @param root positions of the values in `before`.
 * @returns whether `after` is the same text but for values that are set, and set ones added last in their container.
 * False says nothing: a removal, or other spaces, may be as requested. */
export function isSameButEdits(
  before: string,
  after: string,
  root: JsonNode,
  wanted: Wanted,
): boolean {
  const reader = createJsonReader(after);
  /** How far both texts have been compared. */
  let [known, at] = [0, 0];
  const isSameTo = (end: number): boolean => {
    const next = at + end - known;
    const isSame = before.slice(known, end) === after.slice(at, next);
    [known, at] = [end, next];
    return isSame;
  };
  /** The reader does not look at escapes. Throws where it is not JSON. */
  const parsed = (node: JsonNode): JsonNode => {
    JSON.parse(after.slice(node.start, node.end));
    return node;
  };
  const visit = (node: JsonNode, own: Wanted, depth: number): boolean => {
    if (own.isRemoved) return false;
    if (own.isSet) {
      if (!isSameTo(node.start)) return false;
      [known, at] = [node.end, parsed(reader.valueAt(at, depth)).end];
      return true;
    }
    const { below } = own;
    if (below === undefined || node.kind === 'scalar') return below === undefined;
    if (node.kind === 'object') {
      for (const { key, value } of node.members) {
        const next = below.get(key);
        if (next !== undefined && !visit(value, next, depth + 1)) return false;
      }
      return isAdded(node, node.members.at(-1)?.value.end, below, depth + 1);
    }
    for (let index = 0; index < node.items.length; index++) {
      const next = below.get(index);
      if (next !== undefined && !visit(node.items[index] as JsonNode, next, depth + 1))
        return false;
    }
    return isAdded(node, node.items.at(-1)?.end, below, depth + 1);
  };
  /** @param end of the last member or item in `before`. */
  const isAdded = (
    node: JsonNode,
    end: number | undefined,
    below: ReadonlyMap<string | number, Wanted>,
    depth: number,
  ): boolean => {
    if (!isSameTo(end ?? node.start + 1)) return false;
    const close = before[node.end - 1];
    let index = node.kind === 'array' ? node.items.length : 0;
    for (let isFirst = end === undefined; ; isFirst = false) {
      const next = reader.tokenFrom(at);
      if (isFirst ? after[next] === close : after[next] !== ',') return true;
      const from = isFirst ? next : next + 1;
      const { key, value } =
        node.kind === 'object'
          ? reader.memberAt(from, depth)
          : { key: index++, value: reader.valueAt(from, depth) };
      if (below.get(key)?.isSet !== true) return false;
      parsed(value);
      // The spaces of an empty container belong to nothing.
      [known, at] = [
        end ?? node.end - 1,
        end === undefined ? reader.tokenFrom(value.end) : value.end,
      ];
    }
  };
  try {
    return visit(root, wanted, 0) && isSameTo(before.length) && at === after.length;
  } catch {
    // Not JSON.
    return false;
  }
}

/** Positions of the values in a JSON text, so that one can be edited without reformatting the others. Accepts
 * what Python writes: `NaN`, `Infinity`, a byte order mark and duplicate keys. */
import type { Reading } from '../model/model.ts';
import { endOfString, maxDepth } from './json.ts';

/** A value and its range: `start` inclusive, `end` exclusive. */
export type JsonNode = { readonly start: number; readonly end: number } & (
  | { readonly kind: 'object'; readonly members: readonly JsonMember[] }
  | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
  | { readonly kind: 'scalar' }
);

type JsonMember = {
  readonly key: string;
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly value: JsonNode;
};

/** Object keys and array indexes, outermost first. */
export type JsonPath = readonly (string | number)[];

/** @returns the root value, or where the text is not valid JSON. Never throws. */
export function locateJson(text: string): Reading<JsonNode> {
  try {
    return { ok: true, value: readRoot(text) };
  } catch (error) {
    return { ok: false, reason: (error as Error).message };
  }
}

/** @returns the value at the path; of duplicate keys the last one wins, as in every parser. */
export function nodeAt(root: JsonNode, path: JsonPath): JsonNode | undefined {
  let node: JsonNode | undefined = root;
  for (const step of path) {
    if (node?.kind === 'object') node = memberOf(node, step);
    else if (node?.kind === 'array') node = typeof step === 'number' ? node.items[step] : undefined;
    else return undefined;
  }
  return node;
}

/** An index of many agents is searched once per edit. */
const indexedFrom = 64;
const indexes = new WeakMap<JsonNode, ReadonlyMap<string, JsonNode>>();

/** The last member of that name, as for JSON.parse. */
function memberOf(node: JsonNode & { kind: 'object' }, name: string | number) {
  if (node.members.length < indexedFrom)
    return node.members.findLast(member => member.key === name)?.value;
  let index = indexes.get(node);
  if (index === undefined) {
    index = new Map(node.members.map(({ key, value }) => [key, value]));
    indexes.set(node, index);
  }
  return typeof name === 'string' ? index.get(name) : undefined;
}

const space = /[ \t\n\r]*/y;
const scalar = /-?(?:Infinity|(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)|NaN|true|false|null/y;

const braceOpen = 0x7b;
const braceClose = 0x7d;
const bracketOpen = 0x5b;
const bracketClose = 0x5d;
const colon = 0x3a;
const comma = 0x2c;
const quote = 0x22;

function readRoot(text: string): JsonNode {
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  const fail = (): never => {
    throw new Error(`not valid JSON at character ${at}`);
  };
  const match = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    if (!pattern.test(text)) return false;
    at = pattern.lastIndex;
    return true;
  };
  const skip = () => {
    // Fast path: most tokens are followed by no space or a single one.
    let code = text.charCodeAt(at);
    if (code > 0x20) return;
    if (code === 0x20) {
      code = text.charCodeAt(++at);
      if (code > 0x20) return;
    }
    match(space);
  };
  const take = (code: number): boolean => {
    if (text.charCodeAt(at) !== code) return false;
    at++;
    return true;
  };
  /** Does not validate the content of the string: its writer could read it. */
  const string = () => {
    if (text.charCodeAt(at) !== quote) return false;
    const end = endOfString(text, at);
    if (end === text.length) fail();
    at = end + 1;
    return true;
  };
  const key = (start: number, end: number): string => {
    const plain = text.slice(start + 1, end - 1);
    return plain.includes('\\') ? (JSON.parse(text.slice(start, end)) as string) : plain;
  };
  const value = (depth: number): JsonNode => {
    if (depth > maxDepth) throw new Error(`nested more than ${maxDepth} levels deep`);
    skip();
    const start = at;
    if (string()) return { kind: 'scalar', start, end: at };
    if (take(braceOpen))
      return { kind: 'object', start, members: list(braceClose, member, depth + 1), end: at };
    if (take(bracketOpen))
      return { kind: 'array', start, items: list(bracketClose, value, depth + 1), end: at };
    if (!match(scalar)) fail();
    return { kind: 'scalar', start, end: at };
  };
  const member = (depth: number): JsonMember => {
    skip();
    const keyStart = at;
    if (!string()) fail();
    const keyEnd = at;
    skip();
    if (!take(colon)) fail();
    return { key: key(keyStart, keyEnd), keyStart, keyEnd, value: value(depth) };
  };
  const list = <T>(close: number, read: (depth: number) => T, depth: number): T[] => {
    const found: T[] = [];
    skip();
    if (take(close)) return found;
    do {
      found.push(read(depth));
      skip();
    } while (take(comma));
    if (!take(close)) fail();
    return found;
  };
  const root = value(0);
  skip();
  if (at < text.length) fail();
  return root;
}

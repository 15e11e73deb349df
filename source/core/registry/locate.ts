/** Positions of the values in a JSON text, so that one can be edited without reformatting the others. Accepts
 * what Python writes: `NaN`, `Infinity`, a byte order mark and duplicate keys. */
import type { Reading } from '../model/model.ts';
import { endOfBrackets, endOfString, maxDepth } from './json.ts';

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

/** Entries of a registry: most of them are not edited. */
const laterFrom = 2;

/** @param text that a parser has accepted: what is in a value two levels down or more is read when it is asked for, which
 * throws where it is not JSON.
 * @returns the root value, or where the text is not valid JSON. Never throws. */
export function locateJson(text: string): Reading<JsonNode> {
  try {
    return { ok: true, value: createJsonReader(text, laterFrom).root() };
  } catch (error) {
    return { ok: false, reason: (error as Error).message };
  }
}

/** @returns the value at the path; of duplicate keys the last one wins, as in every parser. */
export function nodeAt(root: JsonNode, path: JsonPath): JsonNode | undefined {
  let node: JsonNode | undefined = root;
  for (const step of path) node = node && childOf(node, step);
  return node;
}

/** @returns the value at one step below; the last one of duplicate keys. */
export function childOf(node: JsonNode, step: string | number): JsonNode | undefined {
  if (node.kind === 'object') return memberOf(node, step);
  return node.kind === 'array' && typeof step === 'number' ? node.items[step] : undefined;
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

const scalar = /-?(?:Infinity|(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)|NaN|true|false|null/y;

const space = 0x20;
const tab = 0x09;
const newline = 0x0a;
const carriageReturn = 0x0d;
const braceOpen = 0x7b;
const braceClose = 0x7d;
const bracketOpen = 0x5b;
const bracketClose = 0x5d;
const colon = 0x3a;
const comma = 0x2c;
const quote = 0x22;

/** Reads values at given positions. What it returns throws where the text is not valid JSON.
 * @param laterFrom the depth from which members and items are read when they are asked for. */
export function createJsonReader(text: string, laterFrom = Number.POSITIVE_INFINITY) {
  let at = 0;
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
    let code = text.charCodeAt(at);
    while (code === space || code === newline || code === carriageReturn || code === tab)
      code = text.charCodeAt(++at);
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
  /** Reads what is in brackets, or skips it. @returns what was read, or is read when it is asked for. */
  const inBrackets = <T>(start: number, depth: number, read: () => T): (() => T) => {
    let known: T | undefined;
    if (depth < laterFrom) known = read();
    else at = endOfBrackets(text, start) ?? fail();
    return () => {
      if (known === undefined) {
        at = start + 1;
        known = read();
      }
      return known;
    };
  };
  const value = (depth: number): JsonNode => {
    if (depth > maxDepth) throw new Error(`nested more than ${maxDepth} levels deep`);
    skip();
    const start = at;
    if (string()) return { kind: 'scalar', start, end: at };
    if (take(braceOpen)) {
      const members = inBrackets(start, depth, () => list(braceClose, member, depth + 1));
      return {
        kind: 'object',
        start,
        end: at,
        get members() {
          return members();
        },
      };
    }
    if (take(bracketOpen)) {
      const items = inBrackets(start, depth, () => list(bracketClose, value, depth + 1));
      return {
        kind: 'array',
        start,
        end: at,
        get items() {
          return items();
        },
      };
    }
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
  return {
    /** The only value of the text. */
    root(): JsonNode {
      at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
      const root = value(0);
      skip();
      if (at < text.length) fail();
      return root;
    },
    /** @param depth of the value in its document. */
    valueAt(start: number, depth: number): JsonNode {
      at = start;
      return value(depth);
    },
    memberAt(start: number, depth: number): JsonMember {
      at = start;
      return member(depth);
    },
    /** @returns where the next character is that is no space. */
    tokenFrom(start: number): number {
      at = start;
      skip();
      return at;
    },
  };
}

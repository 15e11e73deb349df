/** Positions of the values in a JSON text, so that one can be edited without reformatting the others. Accepts
 * what Python writes: `NaN`, `Infinity`, a byte order mark and duplicate keys. */
import type { Reading } from '../model/model.ts';
import { maxDepth } from './json.ts';

/** A value and its range: `start` inclusive, `end` exclusive. */
export type JsonNode =
  | {
      readonly kind: 'object';
      readonly start: number;
      readonly end: number;
      readonly members: readonly JsonMember[];
    }
  | {
      readonly kind: 'array';
      readonly start: number;
      readonly end: number;
      readonly items: readonly JsonNode[];
    }
  | { readonly kind: 'scalar'; readonly start: number; readonly end: number };

export type JsonMember = {
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
    const reader = createReader(text);
    const node = reader.value(0);
    reader.finish();
    return { ok: true, value: node };
  } catch (error) {
    return { ok: false, reason: (error as Error).message };
  }
}

/** @returns the value at the path; of duplicate keys the last one wins, as in every parser. */
export function nodeAt(root: JsonNode, path: JsonPath): JsonNode | undefined {
  let node: JsonNode | undefined = root;
  for (const step of path) {
    if (node?.kind === 'object') node = node.members.findLast(member => member.key === step)?.value;
    else if (node?.kind === 'array') node = typeof step === 'number' ? node.items[step] : undefined;
    else return undefined;
  }
  return node;
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
const backslash = 0x5c;

function createReader(text: string) {
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
    for (let end = text.indexOf('"', at + 1); end >= 0; end = text.indexOf('"', end + 1)) {
      let slashes = 0;
      while (text.charCodeAt(end - 1 - slashes) === backslash) slashes++;
      if (slashes % 2 === 1) continue;
      at = end + 1;
      return true;
    }
    return fail();
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
    if (take(braceOpen)) return { kind: 'object', start, members: members(depth), end: at };
    if (take(bracketOpen)) return { kind: 'array', start, items: items(depth), end: at };
    if (!match(scalar)) fail();
    return { kind: 'scalar', start, end: at };
  };
  const members = (depth: number): JsonMember[] => {
    const found: JsonMember[] = [];
    skip();
    if (take(braceClose)) return found;
    do {
      skip();
      const keyStart = at;
      if (!string()) fail();
      const keyEnd = at;
      skip();
      if (!take(colon)) fail();
      found.push({ key: key(keyStart, keyEnd), keyStart, keyEnd, value: value(depth + 1) });
      skip();
    } while (take(comma));
    if (!take(braceClose)) fail();
    return found;
  };
  const items = (depth: number): JsonNode[] => {
    const found: JsonNode[] = [];
    skip();
    if (take(bracketClose)) return found;
    do {
      found.push(value(depth + 1));
      skip();
    } while (take(comma));
    if (!take(bracketClose)) fail();
    return found;
  };
  const finish = () => {
    skip();
    if (at < text.length) fail();
  };
  return { value, finish };
}

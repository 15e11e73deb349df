/** Edits values in a JSON text. Everything outside the edited values stays byte for byte the same, including
 * number formats and white space. */
import { addTo } from '../model/group-by.ts';
import type { Reading } from '../model/model.ts';
import { childOf, type JsonNode, type JsonPath, locateJson, nodeAt } from './locate.ts';

export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json };

/** A value to set, or to remove if `undefined`. Its container must exist; a new key is added last, a new item
 * at the list's length. */
export type Edit = { readonly at: JsonPath; readonly value: Json | undefined };

type Addition = Edit & { readonly value: Json };

/** A text that takes the place of a range. */
export type Splice = { readonly start: number; readonly end: number; readonly text: string };

/** @param root positions of the text's values, if already known.
 * @returns the edited text, or which edit cannot be applied. */
export function applyEdits(
  text: string,
  edits: readonly Edit[],
  root = locateJson(text),
): Reading<string> {
  const splices = splicesOf(text, edits, root);
  return splices.ok ? spliced(text, splices.value) : splices;
}

/** @returns what the edits write into the text, or which of them cannot be applied. Never throws. */
export function splicesOf(
  text: string,
  edits: readonly Edit[],
  root: Reading<JsonNode>,
): Reading<readonly Splice[]> {
  try {
    return root.ok ? splicesBelow(text, edits, root.value) : root;
  } catch (error) {
    // An entry that is not JSON.
    return { ok: false, reason: (error as Error).message };
  }
}

function splicesBelow(
  text: string,
  edits: readonly Edit[],
  root: JsonNode,
): Reading<readonly Splice[]> {
  const style = styleOf(text, root);
  const splices: Splice[] = [];
  /** Keys and items to add, by container. */
  const added = new Map<JsonNode, Addition[]>();
  const removed = new Map<JsonNode, JsonNode[]>();
  const holderOf = createHolders(root);
  for (const { at, value } of edits) {
    const holder = holderOf(at);
    const last = at.at(-1);
    const there = last === undefined ? root : holder && childOf(holder, last);
    if (value === undefined) {
      if (there === undefined || holder === undefined || holder === there)
        return { ok: false, reason: `no such field: ${at.join('.')}` };
      addTo(removed, holder, there);
      continue;
    }
    if (there !== undefined) {
      const { start, end } = there;
      splices.push({ start, end, text: spell(value, style, () => indentAt(text, start)) });
      continue;
    }
    const fits =
      (holder?.kind === 'object' && typeof last === 'string') ||
      (holder?.kind === 'array' && typeof last === 'number');
    if (!fits) return { ok: false, reason: `cannot add ${at.join('.')}` };
    addTo(added, holder, { at, value });
  }
  for (const [holder, gone] of removed) splices.push(...removals(holder, new Set(gone)));
  for (const [holder, news] of added) splices.push(addition(text, holder, news, style));
  return { ok: true, value: splices };
}

/** @returns the text with all of them, or that two of them overlap. */
export function spliced(text: string, splices: readonly Splice[]): Reading<string> {
  let result = '';
  let copied = 0;
  for (const splice of [...splices].sort((a, b) => a.start - b.start)) {
    if (splice.start < copied) return { ok: false, reason: 'two edits are in the same place' };
    result += text.slice(copied, splice.start) + splice.text;
    copied = splice.end;
  }
  return { ok: true, value: result + text.slice(copied) };
}

/** Finds what contains the edited value. Edits of one entry follow each other. */
function createHolders(root: JsonNode): (at: JsonPath) => JsonNode | undefined {
  let last: { readonly at: JsonPath; readonly holder: JsonNode | undefined } | undefined;
  return at => {
    const isSame = (step: string | number, index: number) =>
      index === at.length - 1 || step === last?.at[index];
    if (last?.at.length !== at.length || !at.every(isSame))
      last = { at, holder: nodeAt(root, at.slice(0, -1)) };
    return last.holder;
  };
}

/** Formatting of a file: indentation unit (none on a single line), line ending, and whether it is pure ASCII, which only
 * texts that are not need to know.
 * @property spelled texts that were spelled before: the same few are written into thousands of entries. */
type Style = {
  readonly newline: string;
  readonly unit: string | undefined;
  isAscii(): boolean;
  readonly colon: string;
  readonly spelled: Map<Json, string>;
};

function styleOf(text: string, root: JsonNode): Style {
  const member = root.kind === 'object' ? root.members[0] : undefined;
  const before = member === undefined ? '\n  ' : text.slice(root.start + 1, member.keyStart);
  return {
    newline: before.includes('\r\n') ? '\r\n' : '\n',
    unit: before.includes('\n') ? before.slice(before.lastIndexOf('\n') + 1) : undefined,
    isAscii: () => !notAscii.test(text),
    colon: member === undefined ? ': ' : text.slice(member.keyEnd, member.value.start),
    spelled: new Map(),
  };
}

/** @param indent of the line that the value is in: only a list or an object takes several. */
function spell(value: Json, style: Style, indent: () => string): string {
  if (typeof value === 'object' && value !== null) {
    const text = JSON.stringify(value, null, style.unit);
    const lines =
      style.unit === undefined ? text : text.replaceAll('\n', `${style.newline}${indent()}`);
    return spelledIn(style, lines);
  }
  const known = style.spelled.get(value);
  if (known !== undefined) return known;
  const spelled = spelledIn(style, JSON.stringify(value));
  style.spelled.set(value, spelled);
  return spelled;
}

const notAscii = /[\u0080-\uffff]/;

function spelledIn(style: Style, placed: string): string {
  if (!notAscii.test(placed) || !style.isAscii()) return placed;
  const escaped = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return placed.replace(/[\u0080-\uffff]/g, escaped);
}

/** Appends keys or items with the spacing of the existing ones. */
function addition(text: string, holder: JsonNode, news: readonly Addition[], style: Style): Splice {
  const outer = () => indentAt(text, holder.start);
  const inner = () => (style.unit === undefined ? '' : `${outer()}${style.unit}`);
  const entries = news.map(({ at, value }) => {
    const spelled = spell(value, style, inner);
    return holder.kind === 'object'
      ? `${spell(String(at.at(-1)), style, inner)}${style.colon}${spelled}`
      : spelled;
  });
  const isOneLine = style.unit === undefined;
  const first = placeIn(holder, 0);
  const end = placeIn(holder, sizeOf(holder) - 1)?.end;
  if (first === undefined || end === undefined) {
    const open = isOneLine ? '' : `${style.newline}${inner()}`;
    const close = isOneLine ? '' : `${style.newline}${outer()}`;
    const body = entries.join(isOneLine ? ', ' : `,${open}`);
    return { start: holder.start + 1, end: holder.end - 1, text: `${open}${body}${close}` };
  }
  // Reuse the text between the first two items, or else the text before the first.
  const second = placeIn(holder, 1);
  const gap =
    second === undefined
      ? `,${text.slice(holder.start + 1, first.start) || (isOneLine ? ' ' : '')}`
      : text.slice(first.end, second.start);
  return { start: end, end, text: entries.map(entry => gap + entry).join('') };
}

/** Removes items and one adjacent separator: the text up to the next item, or from the previous item if it is
 * the last. */
function removals(holder: JsonNode, gone: ReadonlySet<JsonNode | undefined>): Splice[] {
  const places = Array.from({ length: sizeOf(holder) }, (_, at) => placeIn(holder, at) as Place);
  const splices: Splice[] = [];
  for (let from = 0; from < places.length; from++) {
    const first = places[from] as Place;
    if (!gone.has(first.value)) continue;
    let to = from;
    while (gone.has(places[to + 1]?.value)) to++;
    const last = places[to] as Place;
    const [before, next] = [places[from - 1], places[to + 1]];
    const start = next === undefined ? (before?.end ?? holder.start + 1) : first.start;
    const end = next?.start ?? (before === undefined ? holder.end - 1 : last.end);
    splices.push({ start, end, text: '' });
    from = to;
  }
  return splices;
}

type Place = { readonly start: number; readonly end: number; readonly value: JsonNode };

function sizeOf(holder: JsonNode): number {
  if (holder.kind === 'object') return holder.members.length;
  return holder.kind === 'array' ? holder.items.length : 0;
}

/** Range of one of an object's members, including its key, or of a list's items. */
function placeIn(holder: JsonNode, index: number): Place | undefined {
  if (holder.kind === 'object') {
    const member = holder.members[index];
    return member && { start: member.keyStart, end: member.value.end, value: member.value };
  }
  const value = holder.kind === 'array' ? holder.items[index] : undefined;
  return value && { start: value.start, end: value.end, value };
}

/** Leading white space of the line at this position. */
function indentAt(text: string, place: number): string {
  const line = text.slice(text.lastIndexOf('\n', place - 1) + 1, place);
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}

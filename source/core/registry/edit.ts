/** Edits values in a JSON text. Everything outside the edited values stays byte for byte the same, including
 * number formats and white space. */
import { addTo } from '../model/group-by.ts';
import type { Reading } from '../model/model.ts';
import { type JsonNode, type JsonPath, locateJson, nodeAt } from './locate.ts';

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

type Splice = { readonly start: number; readonly end: number; readonly text: string };

/** @param root positions of the text's values, if already known.
 * @returns the edited text, or which edit cannot be applied. */
export function applyEdits(
  text: string,
  edits: readonly Edit[],
  root = locateJson(text),
): Reading<string> {
  if (!root.ok) return root;
  const style = styleOf(text, root.value);
  const splices: Splice[] = [];
  /** Keys and items to add, by container. */
  const added = new Map<JsonNode, Addition[]>();
  const removed = new Map<JsonNode, JsonNode[]>();
  for (const { at, value } of edits) {
    const there = nodeAt(root.value, at);
    const holder = nodeAt(root.value, at.slice(0, -1));
    if (value === undefined) {
      if (there === undefined || holder === undefined || holder === there)
        return { ok: false, reason: `no such field: ${at.join('.')}` };
      addTo(removed, holder, there);
      continue;
    }
    if (there !== undefined) {
      const { start, end } = there;
      splices.push({ start, end, text: spell(value, style, indentAt(text, start)) });
      continue;
    }
    const last = at.at(-1);
    const fits =
      (holder?.kind === 'object' && typeof last === 'string') ||
      (holder?.kind === 'array' && typeof last === 'number');
    if (!fits) return { ok: false, reason: `cannot add ${at.join('.')}` };
    addTo(added, holder, { at, value });
  }
  for (const [holder, gone] of removed) splices.push(...removals(holder, new Set(gone)));
  for (const [holder, news] of added) splices.push(addition(text, holder, news, style));
  splices.sort((a, b) => a.start - b.start);
  let result = '';
  let copied = 0;
  for (const splice of splices) {
    if (splice.start < copied) return { ok: false, reason: 'two edits are in the same place' };
    result += text.slice(copied, splice.start) + splice.text;
    copied = splice.end;
  }
  return { ok: true, value: result + text.slice(copied) };
}

/** Formatting of a file: indentation unit (none on a single line), line ending, and whether it is pure ASCII. */
type Style = {
  readonly newline: string;
  readonly unit: string | undefined;
  readonly isAscii: boolean;
  readonly colon: string;
};

function styleOf(text: string, root: JsonNode): Style {
  const member = root.kind === 'object' ? root.members[0] : undefined;
  const before = member === undefined ? '\n  ' : text.slice(root.start + 1, member.keyStart);
  return {
    newline: before.includes('\r\n') ? '\r\n' : '\n',
    unit: before.includes('\n') ? before.slice(before.lastIndexOf('\n') + 1) : undefined,
    isAscii: !/[\u0080-\uffff]/.test(text),
    colon: member === undefined ? ': ' : text.slice(member.keyEnd, member.value.start),
  };
}

function spell(value: Json, style: Style, indent: string): string {
  const text = JSON.stringify(value, null, style.unit);
  const placed =
    style.unit === undefined ? text : text.replaceAll('\n', `${style.newline}${indent}`);
  if (!style.isAscii) return placed;
  const escaped = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return placed.replace(/[\u0080-\uffff]/g, escaped);
}

/** Appends keys or items with the spacing of the existing ones. */
function addition(text: string, holder: JsonNode, news: readonly Addition[], style: Style): Splice {
  const outer = indentAt(text, holder.start);
  const inner = style.unit === undefined ? '' : `${outer}${style.unit}`;
  const entries = news.map(({ at, value }) => {
    const spelled = spell(value, style, inner);
    return holder.kind === 'object'
      ? `${spell(String(at.at(-1)), style, '')}${style.colon}${spelled}`
      : spelled;
  });
  const isOneLine = style.unit === undefined;
  const places = placesIn(holder);
  const [first, second] = places;
  const end = places.at(-1)?.end;
  if (first === undefined || end === undefined) {
    const open = isOneLine ? '' : `${style.newline}${inner}`;
    const close = isOneLine ? '' : `${style.newline}${outer}`;
    const body = entries.join(isOneLine ? ', ' : `,${open}`);
    return { start: holder.start + 1, end: holder.end - 1, text: `${open}${body}${close}` };
  }
  // Reuse the text between the first two items, or else the text before the first.
  const gap =
    second === undefined
      ? `,${text.slice(holder.start + 1, first.start) || (isOneLine ? ' ' : '')}`
      : text.slice(first.end, second.start);
  return { start: end, end, text: entries.map(entry => gap + entry).join('') };
}

/** Removes items and one adjacent separator: the text up to the next item, or from the previous item if it is
 * the last. */
function removals(holder: JsonNode, gone: ReadonlySet<JsonNode | undefined>): Splice[] {
  const places = placesIn(holder);
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

/** Ranges of an object's members, including keys, or of a list's items. */
function placesIn(holder: JsonNode): readonly Place[] {
  if (holder.kind === 'object')
    return holder.members.map(({ keyStart, value }) => ({
      start: keyStart,
      end: value.end,
      value,
    }));
  if (holder.kind === 'array')
    return holder.items.map(value => ({ start: value.start, end: value.end, value }));
  return [];
}

/** Leading white space of the line at this position. */
function indentAt(text: string, place: number): string {
  const line = text.slice(text.lastIndexOf('\n', place - 1) + 1, place);
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}

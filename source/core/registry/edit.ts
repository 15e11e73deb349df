/** Changing values in a JSON text: everything outside the edited places stays as it was spelled,
 * number by number and space by space. */
import type { Reading } from '../model.ts';
import { type JsonNode, type JsonPath, locateJson, nodeAt } from './locate.ts';

export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json };

/** A value to be set. What holds it must be there; a key that is not is added behind the others, and
 * an item at a list's length behind the last. */
export type Edit = { readonly at: JsonPath; readonly value: Json };

type Splice = { readonly start: number; readonly end: number; readonly text: string };

/** @returns the text with the edits in it, or which one has no place. */
export function applyEdits(text: string, edits: readonly Edit[]): Reading<string> {
  const root = locateJson(text);
  if (!root.ok) return root;
  const style = styleOf(text, root.value);
  const splices: Splice[] = [];
  /** Keys and items to be added, by the place of what holds them. */
  const added = new Map<JsonNode, Edit[]>();
  for (const edit of edits) {
    const there = nodeAt(root.value, edit.at);
    if (there !== undefined) {
      const { start, end } = there;
      splices.push({ start, end, text: spell(edit.value, style, indentAt(text, start)) });
      continue;
    }
    const holder = nodeAt(root.value, edit.at.slice(0, -1));
    const last = edit.at.at(-1);
    const fits =
      (holder?.kind === 'object' && typeof last === 'string') ||
      (holder?.kind === 'array' && typeof last === 'number');
    if (!fits) return { ok: false, reason: `there is no place for ${edit.at.join('.')}` };
    added.set(holder, [...(added.get(holder) ?? []), edit]);
  }
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

/** Compares two texts value by value, as they are spelled.
 * @returns the first place that differs although no edit is for it. */
export function strayChange(
  before: string,
  after: string,
  edits: readonly Edit[],
): string | undefined {
  if (before === after) return undefined;
  const [a, b] = [locateJson(before), locateJson(after)];
  if (!a.ok || !b.ok) return 'the text is no longer JSON';
  const edited = new Set(edits.map(edit => JSON.stringify(edit.at)));
  const compare = (one: JsonNode, other: JsonNode, path: JsonPath): string | undefined => {
    if (before.slice(one.start, one.end) === after.slice(other.start, other.end)) return undefined;
    if (edited.has(JSON.stringify(path))) return undefined;
    const here = path.join('.') || 'the top';
    if (one.kind === 'object' && other.kind === 'object') {
      const news = other.members.slice(one.members.length);
      const isAsked = (key: string) => edited.has(JSON.stringify([...path, key]));
      if (other.members.length < one.members.length || !news.every(each => isAsked(each.key)))
        return here;
      return first(one.members, (member, index) => {
        const twin = other.members[index];
        if (twin?.key !== member.key) return here;
        return compare(member.value, twin.value, [...path, member.key]);
      });
    }
    if (one.kind === 'array' && other.kind === 'array') {
      if (other.items.length < one.items.length) return here;
      const stray = other.items.findIndex(
        (_, index) => index >= one.items.length && !edited.has(JSON.stringify([...path, index])),
      );
      if (stray >= 0) return here;
      return first(one.items, (item, index) =>
        compare(item, other.items[index] as JsonNode, [...path, index]),
      );
    }
    return here;
  };
  return compare(a.value, b.value, []);
}

function first<T>(list: readonly T[], find: (item: T, index: number) => string | undefined) {
  for (const [index, item] of list.entries()) {
    const found = find(item, index);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** How a file is written: indented by a unit or on one line, in ASCII alone or not. */
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
  const escaped = (sign: string) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return placed.replace(/[\u0080-\uffff]/g, escaped);
}

/** New keys or items behind the last one, spaced as the others are. */
function addition(text: string, holder: JsonNode, news: readonly Edit[], style: Style): Splice {
  const outer = indentAt(text, holder.start);
  const inner = style.unit === undefined ? '' : `${outer}${style.unit}`;
  const entries = news.map(({ at, value }) => {
    const spelled = spell(value, style, inner);
    return holder.kind === 'object'
      ? `${spell(String(at.at(-1)), style, '')}${style.colon}${spelled}`
      : spelled;
  });
  const places =
    holder.kind === 'object'
      ? holder.members.map(member => [member.keyStart, member.value.end] as const)
      : holder.kind === 'array'
        ? holder.items.map(item => [item.start, item.end] as const)
        : [];
  const lastEnd = places.at(-1)?.[1];
  const firstStart = places[0]?.[0];
  if (lastEnd === undefined || firstStart === undefined) {
    const [open, close] =
      style.unit === undefined
        ? ['', '']
        : [`${style.newline}${inner}`, `${style.newline}${outer}`];
    const body = entries.join(style.unit === undefined ? ', ' : `,${style.newline}${inner}`);
    return { start: holder.start + 1, end: holder.end - 1, text: `${open}${body}${close}` };
  }
  // What stands between two of them, as it is between the first two; else what is before the first.
  const second = places[1]?.[0];
  const gap =
    second === undefined
      ? `,${text.slice(holder.start + 1, firstStart) || (style.unit === undefined ? ' ' : '')}`
      : text.slice((places[0] as readonly [number, number])[1], second);
  return { start: lastEnd, end: lastEnd, text: entries.map(entry => gap + entry).join('') };
}

/** The white space that the line of this place begins with. */
function indentAt(text: string, place: number): string {
  const line = text.slice(text.lastIndexOf('\n', place - 1) + 1, place);
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}

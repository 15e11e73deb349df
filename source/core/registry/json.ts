/** Parses JSON written by Python: accepts `NaN` and a byte order mark, and limits the depth before
 * parsing. */
import type { Reading } from '../model/model.ts';

/** More than any registry needs, and few enough for every parser. */
export const maxDepth = 64;

/** @returns the parsed value, or where and why the text is not valid JSON. Never throws. */
export function parseJson(text: string): Reading<unknown> {
  const body = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  if (body.trim() === '') return { ok: false, reason: 'the file is empty' };
  if (endOfBrackets(body, 0) === undefined)
    return { ok: false, reason: `nested more than ${maxDepth} levels deep` };
  try {
    return { ok: true, value: JSON.parse(body) };
  } catch (error) {
    const tolerant = withoutPythonNumbers(body);
    try {
      if (tolerant !== body) return { ok: true, value: JSON.parse(tolerant) };
    } catch {
      // The message is about the text as it was.
    }
    return { ok: false, reason: `not valid JSON: ${(error as Error).message}` };
  }
}

/** Skips strings from quote to quote for speed: they are most of a registry.
 * @param start where a value begins, or spaces before it.
 * @returns the index behind the bracket that closes it, or the text's length; undefined if it is nested too deep. */
export function endOfBrackets(text: string, start: number): number | undefined {
  let depth = 0;
  for (let index = start; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code <= 0x2c && code !== 0x22) continue;
    if (code === 0x22) index = endOfString(text, index);
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > maxDepth) return undefined;
    } else if ((code === 0x7d || code === 0x5d) && --depth <= 0) return index + 1;
  }
  return text.length;
}

/** @param start index of the opening quote. @returns index of the closing quote, or the text's length. */
export function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === 0x5c) slashes++;
    if (slashes % 2 === 0) return end;
  }
  return text.length;
}

/** Replaces Python's NaN and Infinity, which are not JSON, with null. */
function withoutPythonNumbers(text: string): string {
  const number = /-?(?:NaN|Infinity)\b/y;
  let result = '';
  let copied = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (inString && code === 0x5c) index++;
    else if (code === 0x22) inString = !inString;
    else if (!inString && (code === 0x2d || code === 0x4e || code === 0x49)) {
      number.lastIndex = index;
      const found = number.exec(text)?.[0];
      if (found === undefined) continue;
      result += `${text.slice(copied, index)}null`;
      index += found.length - 1;
      copied = index + 1;
    }
  }
  return result + text.slice(copied);
}

/** A registry that is one whole JSON document with something after it: what a program leaves that writes a shorter text
 * over a longer one without cutting it. */
import { endOfString, parseJson } from './json.ts';

/** @returns the length of the document, in characters; undefined if the text is not that. */
export function documentBefore(text: string): number | undefined {
  const start = text.search(/\S/);
  if (text[start] !== '{' || parseJson(text).ok) return undefined;
  let depth = 0;
  for (let index = start; index < text.length; index++) {
    const character = text[index];
    if (character === '"') index = endOfString(text, index);
    else if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth--;
    else continue;
    if (depth > 0) continue;
    const end = index + 1;
    return depth === 0 && parseJson(text.slice(0, end)).ok ? end : undefined;
  }
  return undefined;
}

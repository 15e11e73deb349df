/** Words for a shell on another machine, which may be any: sh, zsh, fish, csh. */
import type { Reading } from '../../core/model/model.ts';

const plain = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** @returns the words in one text that every shell splits into the same words again. Control characters cannot be
 * quoted for all of them. */
export function quotedForShell(words: readonly string[]): Reading<string> {
  const odd = words.find(word => /\p{Cc}/u.test(word));
  if (odd !== undefined)
    return { ok: false, reason: `${JSON.stringify(odd)} has a control character` };
  return { ok: true, value: words.map(quoted).join(' ') };
}

/** fish takes a backslash within single quotes for an escape, and csh an exclamation mark for history. */
function quoted(word: string): string {
  if (plain.test(word)) return word;
  const parts = word.split(/(['\\!])/).filter(part => part !== '');
  return parts.map(part => (/^['\\!]$/.test(part) ? `\\${part}` : `'${part}'`)).join('') || "''";
}

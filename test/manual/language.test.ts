/** Texts that users read are in plain English: processes are things, actions have the standard verbs of the field. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Each with what to write instead. */
const forbidden: readonly (readonly [RegExp, string])[] = [
  [/\b(who|whom|whoever|nobody|somebody|anybody|everybody)\b/i, 'name the process or session'],
  [/\b(look(s|ed|ing)?)\b/i, 'poll, check, snapshot, refresh'],
  [/\b(heed(s|ed|ing)?)\b/i, 'accept, apply to'],
  [/\b(a yes|says? yes|the word)\b/i, 'confirmation'],
  [/\bhurr(y|ies|ied)\b/i, 'escalate'],
  [/\b(tells?|told)\b/i, 'report, show, print'],
  [/\b(mend(s|ed|ing)?)\b/i, 'fix, reconcile'],
  [/\bown signs\b/i, 'glyphs'],
  [/\b((is|are|nothing) left(?! alone)|left[- ]overs?)\b/i, 'remaining, leftover'],
  [/\b(anew|cut off|under way)\b/i, 'again, interrupted, in progress'],
];

/** Pages for users; docs/architecture.md is for those who change the code. */
const pages = readdirSync(join(root, 'docs'))
  .filter(name => /\.(md|1)$/.test(name) && name !== 'architecture.md')
  .map(name => join('docs', name))
  .concat('readme.md', 'changelog.md');

const sources = readdirSync(join(root, 'source'), { recursive: true, encoding: 'utf8' })
  .filter(name => /\.tsx?$/.test(name))
  .map(name => join('source', name));

const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** Literals of more than one word, without what is put into them; comments are left out. */
function textsIn(code: string): string[] {
  const withoutComments = code.replace(/\/\*\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const literal = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|>[^<>{}=;\n]+</g;
  return [...withoutComments.matchAll(literal)]
    .map(([text]) => text.slice(1, -1).replace(/\$\{[^{}]*\}/g, ''))
    .filter(text => text.includes(' '));
}

/** Lines without code: names in it are what they are. */
const proseIn = (page: string) =>
  page
    .replace(/^```[\s\S]*?^```$/gm, '')
    .replace(/`[^`\n]*`/g, '')
    .split('\n');

function faultsIn(path: string, texts: readonly string[]): string[] {
  return texts.flatMap(text =>
    forbidden.flatMap(([words, better]) => {
      const found = words.exec(text);
      return found === null ? [] : [`${path}: "${found[0]}" (${better}): ${text.trim()}`];
    }),
  );
}

describe('the texts that users read', () => {
  it.each(sources)('are in plain English in %s', path =>
    expect(faultsIn(path, textsIn(read(path)))).toEqual([]),
  );
  it.each(pages)('are in plain English in %s', path =>
    expect(faultsIn(path, proseIn(read(path)))).toEqual([]),
  );
});

it('a text is found in quotes, templates and markup, a comment is not', () => {
  const code =
    "/** told */\nx('who is left', `nobody`, `it looks on`, <Text>a yes</Text>); // told";
  expect(faultsIn('x', textsIn(code))).toHaveLength(4);
});

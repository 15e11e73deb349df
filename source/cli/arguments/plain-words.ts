/** Splits a plain command line as meow would: words that begin with a letter, and options by their long names, each
 * with its value. test/core/plain-words.test.ts compares the two. */
import type { Reading } from '../../core/model/model.ts';
import type { OptionSpec } from './option-spec.ts';
import { optionSpecs } from './option-table.ts';

export type SplitWords = {
  readonly input: readonly unknown[];
  /** By name in camel case. */
  readonly flags: Readonly<Record<string, unknown>>;
};

/** Numbers, quotes and signs have a meaning of their own for meow; `true` and `false` are values of a switch. */
const plainWord = /^(?!(?:true|false)$)[A-Za-z@][^\0]*$/;
const plainValue = /^[^-"'\s\0][^\0]*$/;

/** @param argv with short options expanded. @returns nothing if only meow can tell. */
export function splitPlainWords(argv: readonly string[]): Reading<SplitWords> | undefined {
  const input: string[] = [];
  const flags = new Map<string, string | true | readonly string[]>();
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] ?? '';
    if (plainWord.test(word)) {
      input.push(word);
      continue;
    }
    const spec = specOf(word);
    if (spec === undefined) return undefined;
    const value = spec.value === undefined ? true : argv[++index];
    if (value === undefined || (value !== true && !plainValue.test(value))) return undefined;
    const key = camel(spec.name);
    const before = flags.get(key);
    // meow refuses an option that is given twice.
    if (before !== undefined && spec.repeatable !== true) return undefined;
    flags.set(key, joined(before, value, spec));
  }
  return { ok: true, value: { input, flags: Object.fromEntries(flags) } };
}

function specOf(word: string): OptionSpec | undefined {
  return optionSpecs.find(({ name }) => word.length === name.length + 2 && word === `--${name}`);
}

function joined(
  before: string | true | readonly string[] | undefined,
  value: string | true,
  { repeatable }: OptionSpec,
) {
  if (repeatable !== true || value === true) return value;
  return Array.isArray(before) ? [...before, value] : [value];
}

export function camel(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Maps a command line up to the cursor to its possible completions: words, paths, or names that
 * need a poll. Pure. */
import { expandShort } from '../arguments/arguments.ts';
import { commandSpecs, commands, defaultCommand } from '../arguments/command-table.ts';
import { appliesTo, type OptionSpec, writtenName } from '../arguments/option-spec.ts';
import { optionSpecs } from '../arguments/option-table.ts';
import type { Candidate, Completion } from './completion.ts';
import { termCompletion } from './filter-terms.ts';

/** @param given the words after the program's name; the last one is at the cursor. */
export function completionOf(given: readonly string[]): Completion {
  const word = given.at(-1) ?? '';
  const before = expandShort(given.slice(0, -1));
  const { named, options, pending, isLiteral } = split(before);
  if (pending !== undefined) return valuesOf(pending, '', word, before.slice(0, -1));
  const isOption = word.startsWith('-') && !isLiteral;
  const attached = isOption && word.includes('=') ? specOf(word) : undefined;
  const start = word.indexOf('=') + 1;
  if (attached !== undefined)
    return valuesOf(attached, word.slice(0, start), word.slice(start), before);
  const [first, ...operands] = named;
  const command = commands.find(name => name === (first ?? defaultCommand));
  if (isOption)
    return wordsOf(
      optionSpecs
        .filter(spec => command !== undefined && appliesTo(command, spec))
        .filter(spec => spec.repeatable || !options.includes(spec))
        .flatMap(spec => spellings(spec).map(each => [each, spec.help] as const)),
    );
  if (first === undefined) return wordsOf(commands.map(name => [name, commandSpecs[name].does]));
  const expected = command && commandSpecs[command].operands;
  if (expected === 'backups' && !options.some(spec => spec.name === 'restore')) return wordsOf([]);
  if (typeof expected === 'object' && operands.length > 0) return wordsOf([]);
  return valuesOf({ values: expected }, '', word, before);
}

/** Parses the words before the cursor. @returns the option whose value is at the cursor as
 * `pending`. */
function split(words: readonly string[]) {
  const named: string[] = [];
  const options: OptionSpec[] = [];
  let pending: OptionSpec | undefined;
  let isLiteral = false;
  for (const word of words) {
    const isValue = pending !== undefined;
    pending = undefined;
    if (isValue) continue;
    if (isLiteral || !word.startsWith('-')) named.push(word);
    else if (word === '--') isLiteral = true;
    else {
      const spec = specOf(word);
      if (spec !== undefined) options.push(spec);
      if (spec?.value !== undefined && !word.includes('=')) pending = spec;
    }
  }
  return { named, options, pending, isLiteral };
}

function specOf(word: string): OptionSpec | undefined {
  return optionSpecs.find(spec => `--${writtenName(spec)}` === word.split('=')[0]);
}

function spellings(spec: OptionSpec): string[] {
  return [...(spec.short === undefined ? [] : [`-${spec.short}`]), `--${writtenName(spec)}`];
}

/** @param prefix the part of the word before the value. @param typed the value so far. */
function valuesOf(
  { values, isList }: Pick<OptionSpec, 'values' | 'isList'>,
  prefix: string,
  typed: string,
  words: readonly string[],
): Completion {
  if (values === 'files' || values === 'directories') return { kind: values };
  if (values === 'filter terms') return termCompletion(prefix, typed, words);
  if (typeof values === 'string') return { kind: 'live', names: values, prefix, words };
  const chosen = isList ? typed.split(',').slice(0, -1) : [];
  const rest = (values ?? []).filter(each => !chosen.includes(each));
  return wordsOf(rest.map(each => [prefix + [...chosen, each].join(','), '']));
}

function wordsOf(candidates: readonly Candidate[]): Completion {
  return { kind: 'words', candidates };
}

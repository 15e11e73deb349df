/** Parses argv into command, operands and options. meow splits words that are not plain; this file
 * reports errors in one line. */
import type { Reading } from '../../core/model/model.ts';
import { similarWord } from '../../core/model/similar.ts';
import { type Command, commandSpecs, commands, type Shell, shells } from './command-table.ts';
import { deployFault } from './deploy-options.ts';
import { appliesTo, type Given, type OptionSpec } from './option-spec.ts';
import { optionSpecs } from './option-table.ts';
import type { Options } from './options.ts';
import { camel, splitPlainWords } from './plain-words.ts';

export type Arguments = {
  readonly command: Exclude<Command, 'help'>;
  /** Help was requested for this command or topic; empty for general help. */
  readonly help?: string;
  readonly operands: readonly string[];
  readonly given: Given;
};

/** Separates words from options, before the command is known.
 * @param given the words after the program's name. */
export async function readWords(given: readonly string[]): Promise<
  Reading<{
    readonly input: readonly string[];
    readonly literal: readonly string[];
    given: Given;
  }>
> {
  // Words after `--` are taken literally: they may be an agent's command.
  const end = given.includes('--') ? given.indexOf('--') : given.length;
  const literal = given.slice(end + 1);
  const argv = expandShort(given.slice(0, end));
  const wrongWord = switchFault(argv) ?? missingValue(argv);
  if (wrongWord !== undefined) return { ok: false, reason: wrongWord };
  const joined = joinDashes(argv);
  const words = splitPlainWords(joined) ?? (await import('./meow-words.ts')).splitWords(joined);
  if (!words.ok) return words;
  const { input, flags } = words.value;
  const options = new Map<string, unknown>();
  for (const [key, value] of Object.entries(flags)) {
    const spec = optionSpecs.find(each => camel(each.name) === key);
    if (spec === undefined) return { ok: false, reason: unknownOption(key) };
    if (value === undefined || (Array.isArray(value) && value.length === 0)) continue;
    if (spec.value !== undefined && [value].flat().includes(''))
      return { ok: false, reason: emptyValue(spec) };
    options.set(spec.name, value);
  }
  return { ok: true, value: { input: input.map(String), literal, given: options } };
}

/** @param given the words after the program's name. */
export async function parseArguments(given: readonly string[]): Promise<Reading<Arguments>> {
  const words = await readWords(given);
  if (!words.ok) return words;
  const { input, literal, given: options } = words.value;
  const [first = 'top', ...named] = input;
  const operands = [...named, ...literal];
  if (first === 'version' && operands.length === 0) {
    const version = new Map(options).set('version', true);
    return { ok: true, value: { command: 'top', operands, given: version } };
  }
  const command = commandOf(first);
  if (command === undefined) return { ok: false, reason: unknownCommand(first) };
  if (command === 'help' || options.get('help') === true) {
    const asked = command === 'help' ? operands[0] : input[0];
    const help = asked === undefined ? '' : (commandOf(asked) ?? asked);
    return { ok: true, value: { command: 'top', help, operands, given: options } };
  }
  const fault = optionFault(command, options) ?? operandFault(command, operands, options);
  if (fault !== undefined && options.get('version') !== true) return { ok: false, reason: fault };
  return { ok: true, value: { command, operands, given: options } };
}

/** Expands short options, which meow does not do: groups (`-rt`) and attached values (`-Ftext`).
 * Unknown letters stay, for the error message. */
export function expandShort(argv: readonly string[]): string[] {
  return argv.flatMap(word => {
    if (!/^-[A-Za-z]/.test(word)) return [word];
    const words: string[] = [];
    for (let at = 1; at < word.length; at++) {
      const spec = optionSpecs.find(each => each.short === word[at]);
      if (spec === undefined) return [...words, `-${word.slice(at)}`];
      const rest = word.slice(at + 1).replace(/^=/, '');
      if (spec.value !== undefined)
        return [...words, rest === '' ? `--${spec.name}` : `--${spec.name}=${rest}`];
      words.push(`--${spec.name}`);
    }
    return words;
  });
}

/** meow does not accept `-` as a separate value. */
function joinDashes(argv: readonly string[]): string[] {
  return argv.flatMap((word, index) => {
    if (word === '-' && optionWithValue(argv[index - 1])) return [];
    return argv[index + 1] === '-' && optionWithValue(word) ? [`${word}=-`] : [word];
  });
}

/** @returns the option, if its value is the next word. */
function optionWithValue(word: string | undefined): OptionSpec | undefined {
  return optionSpecs.find(({ name, value }) => value !== undefined && word === `--${name}`);
}

/** meow drops an option whose value is missing. */
function missingValue(argv: readonly string[]): string | undefined {
  for (let index = 0; index < argv.length; index++) {
    const spec = optionWithValue(argv[index]);
    if (spec === undefined) continue;
    // The next word is the value unless it is an option; a negative number is not one.
    const next = argv[++index];
    if (next === '') return emptyValue(spec);
    if (next === undefined || /^-(?!\d|$)/.test(next))
      return `--${spec.name}: missing value (${spec.value})`;
  }
  return undefined;
}

function emptyValue({ name, value = '' }: OptionSpec): string {
  return `--${name}: empty value (expected ${value})`;
}

/** meow reads any value of a switch as false: `--json=yes` must not mean no. */
function switchFault(argv: readonly string[]): string | undefined {
  for (const word of argv) {
    const [, name, value = ''] = /^--([^=]+)=(.*)$/s.exec(word) ?? [];
    const spec = optionSpecs.find(each => each.name === name);
    if (spec !== undefined && spec.value === undefined && !['true', 'false'].includes(value))
      return `--${name}: takes no value, got "${value}"`;
  }
  return undefined;
}

/** Rejects options that would be ignored: the user may rely on them to limit the command. */
function optionFault(command: Command, given: Given): string | undefined {
  const spec = optionSpecs.find(
    each => given.has(each.name) && !appliesTo(command, each) && !each.ignoredElsewhere,
  );
  if (spec === undefined) return undefined;
  const commandsOfIt = spec.of?.map(name => `vigil ${name}`).join(', ');
  return `--${spec.name} is not an option of vigil ${command} (only of ${commandsOfIt})`;
}

function operandFault(
  command: Arguments['command'],
  operands: readonly string[],
  given: Given,
): string | undefined {
  if (given.get('discover') === true && (command === 'watch' || command === 'deploy'))
    return `${command} --discover: name the workspace instead (-w DIR)`;
  if (command === 'why' || command === 'kill' || command === 'wait')
    return operands.length === 0
      ? `${command}: missing target, for example an agent id, session:NAME, pid:N or task:ID`
      : undefined;
  if (command === 'log')
    return given.get('signals') === true && given.get('stats') === true
      ? 'log --stats: not together with --signals'
      : undefined;
  if (command === 'list' && given.has('on')) {
    if (given.get('watch') !== true) return 'list --on: needs --watch';
    return operands.length === 0 ? 'list --on: missing COMMAND' : undefined;
  }
  if (command === 'list' && given.has('timeout')) return 'list --timeout: needs --on';
  if (command === 'deploy') return deployFault(given);
  if (command === 'completion')
    return shells.includes((operands[0] ?? '') as Shell) && operands.length === 1
      ? undefined
      : `completion: expected one shell (${shells.join(', ')})`;
  if (command === 'reconcile' && given.get('restore') === true)
    return operands.length > 1 ? 'reconcile --restore: expected one backup' : undefined;
  return operands.length > 0 ? `${command}: unexpected operand "${operands[0]}"` : undefined;
}

/** Names that are understood beside a command's own: it only reads. */
const aliases: ReadonlyMap<string, Command> = new Map([
  ['ls', 'list'],
  ['ps', 'list'],
]);

function commandOf(word: string): Command | undefined {
  return commands.find(name => name === (aliases.get(word) ?? word));
}

/** What other programs call these commands. */
const otherNames: ReadonlyMap<string, string> = new Map([
  ['status', 'list'],
  ['explain', 'why'],
  ['stop', 'kill'],
  ['end', 'kill'],
  ['start', 'deploy'],
  ['clean', 'sweep'],
  ['history', 'log'],
  ['version', '--version'],
]);

function unknownCommand(word: string): string {
  const similar = otherNames.get(word) ?? similarWord(word, commands);
  const hint = similar === undefined ? ' (see vigil --help)' : `. Did you mean ${similar}?`;
  return `unknown command "${word}"${hint}`;
}

function unknownOption(key: string): string {
  const word =
    key.length === 1
      ? `-${key}`
      : `--${key.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`;
  const similar = similarWord(
    word,
    optionSpecs.map(({ name, shown = name }) => `--${shown}`),
  );
  const hint = similar === undefined ? 'see vigil help options' : `did you mean '${similar}'?`;
  return `unknown option '${word}' (${hint})`;
}

/** Read-only commands write nothing; commands that may change something record the sessions they
 * have seen. */
export function keepsSightings(
  command: Arguments['command'],
  { readOnly, dryRun, demo }: Options,
): boolean {
  return !(commandSpecs[command].isReading || readOnly || dryRun || demo);
}

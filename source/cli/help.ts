/** `vigil --help`, `vigil COMMAND --help` and `vigil help TOPIC`, generated from the tables. */

import { similarWord } from '../core/model/similar.ts';
import { filterFields } from '../core/rows/filter-fields.ts';
import { bindings } from '../screen/input/keys.ts';
import { spansIn } from '../text/line.ts';
import { type Charset, fitTo, printable, widthOf, wrap } from '../text/printable.ts';
import { type Command, commandSpecs, commands, helpTopics } from './arguments/command-table.ts';
import { appliesTo, type OptionSpec, spelled } from './arguments/option-spec.ts';
import { optionSpecs } from './arguments/option-table.ts';
import { type ExitCode, exitCodes, type Output } from './output.ts';

export const tagline = 'watch AI coding agents in tmux, and end them with everything they started';

/** A term and its description. */
export type Entry = readonly [word: string, means: string];

export const targetEntries: readonly Entry[] = [
  ['ID', 'an agent, by its full id'],
  ['session:NAME', 'a tmux session; its name must be on one server'],
  ['pid:N', 'the row with this process'],
  ['task:TASK-ID', 'every agent of a task'],
  ['@orphans @undead @husks', 'every row of a class'],
  ['agent:… session:… process:…', 'the key of a row, as in the JSON'],
];

export const filterEntries: readonly Entry[] = [...filterFields.values()].map(
  ({ example, does }) => [example, does],
);

export const exitDescriptions: Readonly<Record<ExitCode, string>> = {
  0: 'success: done and verified, or nothing to do',
  1: 'incomplete: something survived, or could not be verified',
  2: 'usage error',
  3: 'no such target',
  4: 'refused: not confirmed, --read-only, unknown system, or a registry lost most entries',
  5: 'a source could not be read',
  10: 'problems found (doctor, list --exit-code)',
};
export const signalExits = '129, 130, 143: stopped cleanly by SIGHUP, SIGINT, SIGTERM';

/** Columns of a standard terminal. */
const columns = 80;

/** Prints help for a command or a topic; general help if `about` is empty.
 * @returns the exit code: 2 for an unknown topic. */
export function help(about: string, output: Output): number {
  const lines = helpLines(about, output.charset);
  if (lines === undefined) {
    const known = [...commands, ...helpTopics];
    const similar = similarWord(about, known);
    const hint = similar ? `. Did you mean ${similar}?` : ` (use ${known.join(', ')})`;
    output.warn(`vigil: no help topic "${about}"${hint}`);
    return exitCodes.usage;
  }
  const say = spansIn(output.charset);
  output.lines(lines.map(line => [say(line)]));
  return exitCodes.done;
}

/** @returns lines of at most 80 cells; nothing for an unknown topic. */
export function helpLines(about: string, charset: Charset): readonly string[] | undefined {
  if (about === '') return shortHelp(charset);
  if (about === 'options')
    return [...list(optionSpecs.map(optionEntry), charset), '', ...wrapped(acceptedNote, charset)];
  if (about === 'keys')
    return list(
      bindings.map(({ shown, does }) => [shown, does]),
      charset,
    );
  return commands.includes(about as Command) ? commandHelp(about as Command, charset) : undefined;
}

const acceptedNote =
  'vigil COMMAND --help lists the options a command accepts. Long names also work in the config file.';

function shortHelp(charset: Charset): string[] {
  return [
    `vigil: ${tagline}`,
    '',
    ...usageLines(charset),
    '',
    'vigil COMMAND --help shows its options and exit codes, vigil help options all.',
  ];
}

/** The commands and the most used options. */
export function usageLines(charset: Charset): string[] {
  return [
    ...list(
      // The line below the options is about help.
      commands
        .filter(name => name !== 'help')
        .map(name => [`vigil ${commandSpecs[name].shown}`, commandSpecs[name].does]),
      charset,
    ),
    '',
    ...list(optionSpecs.filter(({ isMostUsed }) => isMostUsed).map(optionEntry), charset),
  ];
}

function commandHelp(command: Command, charset: Charset): string[] {
  const { does, usages, about, exits } = commandSpecs[command];
  const own = optionSpecs.filter(spec => spec.of !== undefined && appliesTo(command, spec));
  const shared = optionSpecs
    .filter(spec => spec.of === undefined)
    .map(shortest)
    .join(' ');
  const codes = ([0, 2, ...exits] as const).toSorted((a, b) => a - b);
  const title = command === 'top' ? 'vigil' : `vigil ${command}`;
  return [
    ...wrapped(`${title}: ${does}`, charset),
    '',
    ...usages.flatMap(usage => wrapped(`  vigil ${usage}`, charset)),
    ...about.flatMap(paragraph => [
      '',
      ...wrapped(paragraph, charset).map(line => line.trimStart()),
    ]),
    ...(usages.some(usage => usage.includes('TARGET'))
      ? ['', ...list(targetEntries, charset)]
      : []),
    ...(own.length > 0 ? ['', ...list(own.map(optionEntry), charset)] : []),
    '',
    ...wrapped(`For every command: ${shared} (vigil help options)`, charset),
    '',
    'Exit codes:',
    ...list(
      codes.map(code => [`${code}`, exitDescriptions[code]]),
      charset,
    ),
    ...wrapped(`  ${signalExits}`, charset),
  ];
}

function optionEntry(spec: OptionSpec): Entry {
  return [spec.short === undefined ? `    ${spelled(spec)}` : spelled(spec), spec.help];
}

function shortest(spec: OptionSpec): string {
  return spec.short === undefined ? spelled(spec) : `-${spec.short}`;
}

/** Formats two columns; a description that does not fit continues under its own column. */
function list(entries: readonly Entry[], charset: Charset): string[] {
  const width = Math.max(...entries.map(([word]) => widthOf(printable(word, charset))));
  const indent = ' '.repeat(width + 4);
  return entries.flatMap(([word, means]) => {
    const fitted = fitTo(printable(word, charset), width, { align: 'left' }, charset);
    const [first = '', ...rest] = wrap(printable(means, charset), columns - indent.length);
    return [`  ${fitted}  ${first}`, ...rest.map(line => `${indent}${line.trimStart()}`)];
  });
}

function wrapped(paragraph: string, charset: Charset): string[] {
  return wrap(printable(paragraph, charset), columns);
}

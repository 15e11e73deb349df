/** The script for fish. */
import { type CompletedOption, type Completions, defaultCommand, quoted } from './completed.ts';

export function fishLines(completions: Completions): string[] {
  const { commands, options } = completions;
  const names = Object.keys(commands);
  return [
    'complete -c vigil -f',
    ...Object.entries(commands).flatMap(([command, { does, operands = [] }]) => [
      `complete -c vigil -n ${quoted(noneOf(names))} -a ${command} -d ${fishQuoted(does)}`,
      ...(operands.length > 0
        ? [`complete -c vigil -n ${quoted(oneOf([command]))} -a ${fishQuoted(operands.join(' '))}`]
        : []),
    ]),
    // What an agent runs may be any program and file.
    `complete -c vigil -n ${quoted(oneOf(['deploy']))} -F`,
    ...options.map(option => optionLine(option, names)),
  ];
}

function optionLine(option: CompletedOption, names: readonly string[]): string {
  const { name, short, help, of } = option;
  const condition =
    of === undefined
      ? undefined
      : of.includes(defaultCommand)
        ? noneOf(names.filter(command => !of.includes(command)))
        : oneOf(of);
  return [
    'complete -c vigil',
    ...(condition === undefined ? [] : [`-n ${quoted(condition)}`]),
    ...(short === undefined ? [] : [`-s ${short}`]),
    `-l ${name}${valuePart(option)}`,
    `-d ${fishQuoted(help)}`,
  ].join(' ');
}

function valuePart({ value, values, isList }: CompletedOption): string {
  if (value === undefined) return '';
  if (values === undefined) return ' -x';
  if (values === 'files') return ' -r -F';
  if (values === 'directories') return " -x -a '(__fish_complete_directories)'";
  return isList
    ? ` -x -a '(__fish_append , ${values.join(' ')})'`
    : ` -x -a ${fishQuoted(values.join(' '))}`;
}

function oneOf(names: readonly string[]): string {
  return `__fish_seen_subcommand_from ${names.join(' ')}`;
}

function noneOf(names: readonly string[]): string {
  return `not ${oneOf(names)}`;
}

/** Between single quotes fish takes `\'` and `\\` alone for its own. */
function fishQuoted(text: string): string {
  return `'${text.replace(/[\\']/g, sign => `\\${sign}`)}'`;
}

/** argv → command, operands and given options. meow splits the words, this file says what is
 * wrong with them in one line. */
import meow from 'meow';
import type { Reading } from './core/model.ts';
import { type Given, type OptionSpec, optionSpecs } from './options.ts';

export const commands = ['top', 'list', 'why', 'doctor', 'completion'] as const;
export type Command = (typeof commands)[number];

export type Arguments = {
  readonly command: Command;
  readonly operands: readonly string[];
  readonly given: Given;
};

/** @param argv the words behind the program's name. */
export function parseArguments(argv: readonly string[]): Reading<Arguments> {
  const wrongSwitch = switchFault(argv);
  if (wrongSwitch !== undefined) return { ok: false, reason: wrongSwitch };
  const words = splitWords(argv);
  if (!words.ok) return words;
  const { input, flags } = words.value;
  const given = new Map<string, unknown>();
  for (const [key, value] of Object.entries(flags)) {
    const spec = optionSpecs.find(each => camel(each.name) === key);
    if (spec === undefined) return { ok: false, reason: unknownOption(key) };
    if (value === undefined || (isEmptyList(value) && !isMentioned(spec, argv))) continue;
    if (spec.value !== undefined && (isEmptyList(value) || [value].flat().includes('')))
      return { ok: false, reason: `--${spec.name} needs a value (${spec.value})` };
    given.set(spec.name, value);
  }
  const [first = 'top', ...operands] = input.map(String);
  if (!commands.includes(first as Command))
    return { ok: false, reason: `unknown command "${first}"; there are ${commands.join(', ')}` };
  const command = first as Command;
  const fault = operandFault(command, operands);
  if (fault !== undefined) return { ok: false, reason: fault };
  return { ok: true, value: { command, operands, given } };
}

function splitWords(argv: readonly string[]) {
  try {
    const { input, flags } = meow({
      importMeta: import.meta,
      // meow would look for a package.json beside the bundle; nothing of it is needed.
      pkg: { name: 'vigil' },
      argv,
      autoHelp: false,
      autoVersion: false,
      inferType: false,
      booleanDefault: undefined,
      flags: Object.fromEntries(optionSpecs.map(spec => [camel(spec.name), flagOf(spec)])),
    });
    return { ok: true, value: { input, flags: flags as Record<string, unknown> } } as const;
  } catch (error) {
    return { ok: false, reason: (error as Error).message } as const;
  }
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** meow gives an empty list both for an option that is not there and for one without its value; the
 * short one may stand last in a group (`-rw`). */
function isMentioned(spec: OptionSpec, argv: readonly string[]): boolean {
  return argv.some(
    word =>
      word === `--${spec.name}` ||
      (spec.short !== undefined && /^-[A-Za-z]+$/.test(word) && word.endsWith(spec.short)),
  );
}

/** meow takes any value of a switch for false: `--json=yes` must not mean no. */
function switchFault(argv: readonly string[]): string | undefined {
  for (const word of argv) {
    if (word === '--') return undefined;
    const [, name, value = ''] = /^--([^=]+)=(.*)$/s.exec(word) ?? [];
    const spec = optionSpecs.find(each => each.name === name);
    if (spec !== undefined && spec.value === undefined && !['true', 'false'].includes(value))
      return `--${name} takes no value, but got "${value}"`;
  }
  return undefined;
}

function operandFault(command: Command, operands: readonly string[]): string | undefined {
  if (command === 'why')
    return operands.length === 0
      ? 'vigil why needs a target, such as an agent id, session:NAME, pid:N or task:ID'
      : undefined;
  if (command === 'completion')
    return ['bash', 'zsh', 'fish'].includes(operands[0] ?? '') && operands.length === 1
      ? undefined
      : 'vigil completion needs a shell: bash, zsh or fish';
  return operands.length > 0
    ? `vigil ${command} takes no operand, but got "${operands[0]}"`
    : undefined;
}

function flagOf(spec: OptionSpec) {
  const shortFlag = spec.short === undefined ? {} : { shortFlag: spec.short };
  if (spec.value === undefined) return { type: 'boolean' as const, ...shortFlag };
  return {
    type: 'string' as const,
    ...shortFlag,
    ...(spec.repeatable ? { isMultiple: true as const } : {}),
  };
}

function unknownOption(key: string): string {
  const word =
    key.length === 1
      ? `-${key}`
      : `--${key.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`;
  return `unknown option ${word}; vigil --help lists them`;
}

function camel(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

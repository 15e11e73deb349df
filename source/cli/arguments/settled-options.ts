/** Flags take precedence over the configuration file, and that over the environment. */

import type { Reading } from '../../core/model/model.ts';
import { similarWord } from '../../core/model/similar.ts';
import { commandsKey } from './custom-commands.ts';
import { guardKey } from './guard-options.ts';
import { hostsKey } from './host-options.ts';
import type { Given, OptionSpec } from './option-spec.ts';
import { optionSpecs } from './option-table.ts';
import { type Options, readOptions } from './options.ts';

/** Reads the configuration file, if there is one. */
type ReadConfigText = (
  env: NodeJS.ProcessEnv,
) => Reading<{ readonly path: string; readonly text: string } | undefined>;

/** @returns the options, or a one-line error with its source. */
export function settledOptions(
  given: Given,
  env: NodeJS.ProcessEnv,
  readConfigText: ReadConfigText,
): Reading<Options> {
  const file = readConfigText(env);
  if (!file.ok) return file;
  if (file.value === undefined) return readOptions(given, env);
  const config = readConfig(file.value.text);
  if (!config.ok) return { ok: false, reason: `${file.value.path}: ${config.reason}` };
  const settled = readOptions(new Map([...config.value, ...given]), env);
  // An error caused only by the file names the file and the key.
  if (settled.ok || !readOptions(given, env).ok) return settled;
  return { ok: false, reason: `${file.value.path}: ${settled.reason.replace(/^--/, '')}` };
}

/** Options of the command line alone: no command goes to other machines that is not told to. */
const onlyTyped: readonly string[] = ['help', 'version', 'host'];

/** Keys of the configuration file that are no options. */
const ownKeys: readonly string[] = [commandsKey, guardKey, hostsKey];

/** Validates the configuration file: long option names, each with a value of its type.
 * @param text the file's content. */
export function readConfig(text: string): Reading<Given> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { ok: false, reason: `not valid JSON: ${(error as Error).message}` };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { ok: false, reason: 'expected a JSON object' };
  const given = new Map(Object.entries(value));
  for (const [name, setting] of given) {
    if (ownKeys.includes(name)) continue;
    const spec = optionSpecs.find(each => each.name === name);
    if (spec === undefined || onlyTyped.includes(name)) {
      const similar = similarWord(name, [...optionSpecs.map(each => each.name), ...ownKeys]);
      const hint = similar === undefined ? '' : ` (did you mean "${similar}"?)`;
      return { ok: false, reason: `unknown key "${name}"${hint}` };
    }
    const expected =
      spec.value === undefined ? 'true or false' : 'a string, a number or a list of strings';
    if (!isSetting(setting, spec)) return { ok: false, reason: `${name}: expected ${expected}` };
  }
  return { ok: true, value: given };
}

function isSetting(setting: unknown, { name, value, repeatable }: OptionSpec): boolean {
  if (value === undefined) return typeof setting === 'boolean';
  if (Array.isArray(setting))
    return (repeatable || name === 'class') && setting.every(each => typeof each === 'string');
  return typeof setting === 'string' || typeof setting === 'number';
}

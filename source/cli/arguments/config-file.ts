/** The configuration file: long option names, each with a value of its type. */
import type { Reading } from '../../core/model/model.ts';
import { similarWord } from '../../core/model/similar.ts';
import type { Given, OptionSpec } from './option-spec.ts';
import { optionSpecs } from './option-table.ts';

/** Validates names and types in a configuration file.
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
  const given = new Map<string, unknown>();
  for (const [name, setting] of Object.entries(value)) {
    const spec = optionSpecs.find(each => each.name === name);
    if (spec === undefined || name === 'help' || name === 'version') {
      const similar = similarWord(
        name,
        optionSpecs.map(each => each.name),
      );
      const hint = similar === undefined ? '' : ` (did you mean "${similar}"?)`;
      return { ok: false, reason: `unknown key "${name}"${hint}` };
    }
    const expected =
      spec.value === undefined ? 'true or false' : 'a string, a number or a list of strings';
    const isRight =
      spec.value === undefined ? typeof setting === 'boolean' : isSetting(setting, spec);
    if (!isRight) return { ok: false, reason: `${name}: expected ${expected}` };
    given.set(name, setting);
  }
  return { ok: true, value: given };
}

function isSetting(setting: unknown, spec: OptionSpec): boolean {
  if (Array.isArray(setting))
    return (
      (spec.repeatable || spec.name === 'class') && setting.every(each => typeof each === 'string')
    );
  return typeof setting === 'string' || typeof setting === 'number';
}

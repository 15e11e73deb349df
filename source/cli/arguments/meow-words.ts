/** Splits any command line into words and options. Loaded only where plain-words.ts cannot do it: meow takes longer to
 * load than a poll takes. */
import meow from 'meow';
import type { Reading } from '../../core/model/model.ts';
import type { OptionSpec } from './option-spec.ts';
import { optionSpecs } from './option-table.ts';
import { camel, type SplitWords } from './plain-words.ts';

/** @returns options by name in camel case; those that are not given may be there without a value. */
export function splitWords(argv: readonly string[]): Reading<SplitWords> {
  try {
    const { input, flags } = meow({
      importMeta: import.meta,
      // meow would search for a package.json beside the bundle, which is not needed.
      pkg: { name: 'vigil' },
      argv,
      autoHelp: false,
      autoVersion: false,
      inferType: false,
      booleanDefault: undefined,
      flags: Object.fromEntries(optionSpecs.map(spec => [camel(spec.name), flagOf(spec)])),
    });
    return { ok: true, value: { input, flags: flags as Record<string, unknown> } };
  } catch (error) {
    return { ok: false, reason: (error as Error).message };
  }
}

function flagOf({ value, repeatable = false }: OptionSpec) {
  if (value === undefined) return { type: 'boolean' } as const;
  return { type: 'string', isMultiple: repeatable } as const;
}

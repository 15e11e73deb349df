/** An option's row in the table, and the strings derived from it. */
import type { Command, LiveNames } from './command-table.ts';

export type OptionSpec = {
  readonly name: string;
  readonly short?: string;
  /** Name of the value; an option without one is a switch. */
  readonly value?: string;
  readonly repeatable?: boolean;
  readonly help: string;
  /** The commands it applies to; all if absent. */
  readonly of?: readonly Command[];
  /** Accepted and ignored by other commands: there it could not have narrowed or changed
   * anything. */
  readonly ignoredElsewhere?: boolean;
  /** Spelling on the command line, if it differs from the name. */
  readonly shown?: string;
  /** Also listed in the short help. */
  readonly isMostUsed?: boolean;
  /** Possible values for completion: words (comma-separated in a list), paths, terms, or live names. */
  readonly values?: readonly string[] | 'directories' | 'files' | 'filter terms' | LiveNames;
  readonly isList?: boolean;
};

/** @returns the name as typed on the command line. */
export function writtenName({ name, shown = name }: OptionSpec): string {
  return shown;
}

/** @returns the option as typed, with its value. */
export function spelled(spec: OptionSpec): string {
  const { short, value } = spec;
  const both = `${short === undefined ? '' : `-${short}, `}--${writtenName(spec)}`;
  return value === undefined ? both : `${both} ${value}`;
}

/** @returns whether the command accepts the option. */
export function appliesTo(command: Command, { of }: OptionSpec): boolean {
  return of === undefined || of.includes(command);
}

/** Values by option name, from the command line or the configuration file. */
export type Given = ReadonlyMap<string, unknown>;

/** Thrown for an invalid value; `readOptions` catches it. */
export class OptionFault extends Error {}

/** @param name the option with its dashes, or the variable. @throws OptionFault */
export function expected(name: string, what: string, value: unknown): never {
  throw new OptionFault(`${name}: expected ${what}, got ${JSON.stringify(value)}`);
}

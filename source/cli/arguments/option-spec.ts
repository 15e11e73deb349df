/** What an option is, and what is made of its row in the table. */
import type { Command, LiveNames } from './command-table.ts';

export type OptionSpec = {
  readonly name: string;
  readonly short?: string;
  /** Name of the value; an option without one is a switch. */
  readonly value?: string;
  readonly repeatable?: boolean;
  readonly help: string;
  /** The commands that heed it; all where none are named. */
  readonly of?: readonly Command[];
  /** Given to any other command it does no harm: it could not have narrowed or changed what that one does. */
  readonly isHarmless?: boolean;
  /** How it is written where not by its name. */
  readonly shown?: string;
  /** In the short help too. */
  readonly isMostUsed?: boolean;
  /** What its value may be, for completion: words (a list of them has commas), paths, or names. */
  readonly values?: readonly string[] | 'directories' | 'files' | LiveNames;
  readonly isList?: boolean;
};

/** The name that is typed. */
export function writtenName({ name, shown = name }: OptionSpec): string {
  return shown;
}

/** The option as it is written, with its value. */
export function spelled(spec: OptionSpec): string {
  const { short, value } = spec;
  const both = `${short === undefined ? '' : `-${short}, `}--${writtenName(spec)}`;
  return value === undefined ? both : `${both} ${value}`;
}

/** @returns whether this command heeds the option. */
export function heeds(command: Command, { of }: OptionSpec): boolean {
  return of === undefined || of.includes(command);
}

/** Values by option name, as the command line or the configuration file gave them. */
export type Given = ReadonlyMap<string, unknown>;

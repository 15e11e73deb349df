/** What shells complete: commands, the options that each heeds, and what values these take. */

export type CompletedOption = {
  readonly name: string;
  readonly short?: string;
  /** Name of the value; an option without one is a switch. */
  readonly value?: string;
  readonly repeatable?: boolean;
  readonly help: string;
  /** The commands that heed it; all where none are named. */
  readonly of?: readonly string[];
  readonly values?: readonly string[] | 'directories' | 'files';
  /** Values with commas between. */
  readonly isList?: boolean;
};

export type CompletedCommand = {
  readonly does: string;
  readonly operands?: readonly string[];
};

export type Completions = {
  readonly commands: Readonly<Record<string, CompletedCommand>>;
  readonly options: readonly CompletedOption[];
};

/** What runs where no command is named. */
export const defaultCommand = 'top';

/** @returns the options that only some commands heed, for each command. */
export function ownOptions({ options }: Completions, command: string): readonly CompletedOption[] {
  return options.filter(({ of }) => of?.includes(command));
}

export function sharedOptions({ options }: Completions): readonly CompletedOption[] {
  return options.filter(({ of }) => of === undefined);
}

/** `-w`, `--workspace`: every spelling of an option. */
export function spellings({ name, short }: CompletedOption): string[] {
  return short === undefined ? [`--${name}`] : [`-${short}`, `--${name}`];
}

/** Spellings of all options that are followed by a value. */
export function valueSpellings({ options }: Completions): string[] {
  return options.filter(({ value }) => value !== undefined).flatMap(spellings);
}

/** A word for a shell, between single quotes. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

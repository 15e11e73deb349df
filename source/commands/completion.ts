/** `vigil completion bash|zsh|fish`: a script drawn from the tables of commands and options. */
import { span } from '../text/line.ts';
import { printable } from '../text/printable.ts';
import type { CompletedOption, Completions } from './completed.ts';
import { bashLines } from './completion-bash.ts';
import { fishLines } from './completion-fish.ts';
import { zshLines } from './completion-zsh.ts';
import { exitCodes, type Output } from './output.ts';

type Tables = {
  readonly commands: Completions['commands'];
  readonly options: readonly (CompletedOption & { readonly shown?: string })[];
};

/** @param shell one of `scripts`. */
export function completion(shell: string, { commands, options }: Tables, output: Output): number {
  const shown = options.map(({ shown: name, ...option }) => ({
    ...option,
    name: name ?? option.name,
  }));
  const lines = scripts[shell]?.({ commands, options: shown }) ?? [];
  // A script is a shell's to read: another apostrophe would end its quotes.
  output.lines(lines.map(line => [span(printable(line, 'unicode'))]));
  return exitCodes.done;
}

const scripts: Readonly<Record<string, (completions: Completions) => readonly string[]>> = {
  bash: bashLines,
  zsh: zshLines,
  fish: fishLines,
};

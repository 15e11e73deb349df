/** `vigil completion bash|zsh|fish`: a script drawn from the option table. */
import { span } from '../text/line.ts';
import { printable } from '../text/printable.ts';
import { exitCodes, type Output } from './output.ts';

export type Completable = {
  readonly commands: readonly string[];
  readonly options: readonly {
    readonly name: string;
    readonly short?: string;
    readonly value?: string;
    readonly help: string;
  }[];
};

export function completion(
  shell: string,
  { commands, options }: Completable,
  output: Output,
): number {
  const longs = options.map(option => `--${option.name}`);
  const lines: Readonly<Record<string, readonly string[]>> = {
    bash: [
      '_vigil() {',
      `  COMPREPLY=($(compgen -W '${[...commands, ...longs].join(' ')}' -- "\${COMP_WORDS[COMP_CWORD]}"))`,
      '}',
      'complete -o default -F _vigil vigil',
    ],
    zsh: [
      '#compdef vigil',
      '_arguments \\',
      ...options.map(
        option =>
          `  '--${option.name}[${quote(option.help)}]${option.value === undefined ? '' : `:${option.value}:`}' \\`,
      ),
      `  '1:command:(${commands.join(' ')})'`,
    ],
    fish: [
      `complete -c vigil -n __fish_use_subcommand -f -a '${commands.join(' ')}'`,
      ...options.map(
        option =>
          `complete -c vigil -l ${option.name}${option.short === undefined ? '' : ` -s ${option.short}`}${option.value === undefined ? '' : ' -r'} -d '${quote(option.help)}'`,
      ),
    ],
  };
  output.lines((lines[shell] ?? []).map(line => [span(printable(line))]));
  return exitCodes.done;
}

/** No sign that a shell or zsh's own syntax would take as its own. */
function quote(help: string): string {
  return help.replace(/[[\]':]/g, ' ');
}

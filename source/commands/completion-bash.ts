/** The script for bash. It runs in bash 3.2 too, which has neither `mapfile` nor `compopt`. */
import {
  type CompletedOption,
  type Completions,
  defaultCommand,
  ownOptions,
  quoted,
  sharedOptions,
  spellings,
  valueSpellings,
} from './completed.ts';

export function bashLines(completions: Completions): string[] {
  const { commands, options } = completions;
  const valued = options.filter(({ values }) => values !== undefined);
  return [
    '_vigil() {',
    "  local IFS=$' \\t\\n' word verb='' skip='' words='' list='' at=''",
    `  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}`,
    '  COMPREPLY=()',
    // Bash takes `--class=x` for three words, and `@orphans` for two.
    '  if [ "$current" = = ]; then current=',
    `  elif [ "$previous" = = ]; then previous=\${COMP_WORDS[COMP_CWORD-2]}`,
    '  elif [ "$current" = @ ]; then current= at=@',
    '  elif [ "$previous" = @ ]; then at=@',
    '  elif [ "$current" = : ] || [ "$previous" = : ]; then return; fi',
    `  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do`,
    '    if [ -n "$skip" ]; then skip=; continue; fi',
    '    case $word in',
    '      --) return ;;',
    `      ${valueSpellings(completions).join('|')}) skip=1 ;;`,
    `      ${Object.keys(commands).join('|')}) verb=$word; break ;;`,
    '    esac',
    '  done',
    '  case $previous in',
    ...valued.map(option => `    ${spellings(option).join('|')}) ${valueCase(option)} ;;`),
    `    ${valueSpellings(completions).join('|')}) return ;;`,
    '  esac',
    '  if [ -n "$list" ]; then',
    "    local before=''",
    `    case $current in *,*) before=\${current%,*}, ;; esac`,
    `    COMPREPLY=($(compgen -P "$before" -W "$list" -- "\${current##*,}"))`,
    '    return',
    '  fi',
    '  if [ -z "$words" ]; then',
    '    case $current in',
    '      -*)',
    `        words=${quoted(wordsOf(sharedOptions(completions)))}`,
    '        case $verb in',
    ...Object.keys(commands).map(
      command =>
        `          ${caseOf(command)}) words+=${quoted(` ${wordsOf(ownOptions(completions, command))}`)} ;;`,
    ),
    '        esac ;;',
    '      *)',
    '        case $verb in',
    `          '') words=${quoted(Object.keys(commands).join(' '))} ;;`,
    ...Object.entries(commands).flatMap(([command, { operands }]) =>
      operands === undefined
        ? []
        : [`          ${command}) words=${quoted(operands.join(' '))} ;;`],
    ),
    '        esac ;;',
    '    esac',
    '  fi',
    '  COMPREPLY=($(compgen -W "$words" -- "$at$current"))',
    // What ends in a colon goes on.
    `  case \${COMPREPLY[*]-} in *:) ${withCompopt('nospace')} ;; esac`,
    '}',
    'complete -o default -F _vigil vigil',
  ];
}

/** The screen's options also where no command stands yet. */
function caseOf(command: string): string {
  return command === defaultCommand ? `''|${command}` : command;
}

function valueCase({ values, isList }: CompletedOption): string {
  // Readline completes paths by itself where there is nothing else.
  if (values === 'files') return 'return';
  if (values === 'directories')
    return `IFS=$'\\n'; COMPREPLY=($(compgen -d -- "$current")); ${withCompopt('filenames')}; return`;
  return `${isList ? 'list' : 'words'}=${quoted((values ?? []).join(' '))}`;
}

function withCompopt(name: string): string {
  return `type compopt >/dev/null 2>&1 && compopt -o ${name} 2>/dev/null`;
}

function wordsOf(options: readonly CompletedOption[]): string {
  return options.flatMap(spellings).join(' ');
}

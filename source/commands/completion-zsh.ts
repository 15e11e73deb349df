/** The script for zsh: to be sourced, or kept as `_vigil` in a directory of `fpath`. */
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

export function zshLines(completions: Completions): string[] {
  const { commands } = completions;
  return [
    '#compdef vigil',
    '_vigil() {',
    '  local word verb skip',
    '  local -a options operands',
    `  for word in "\${(@)words[2,CURRENT-1]}"; do`,
    '    if [[ -n $skip ]]; then skip=; continue; fi',
    '    case $word in',
    `      (${valueSpellings(completions).join('|')}) skip=1 ;;`,
    '      (-*) ;;',
    '      (*) verb=$word; break ;;',
    '    esac',
    '  done',
    '  options=(',
    ...sharedOptions(completions).flatMap(option => specsOf(option, '    ')),
    '  )',
    `  case \${verb:-${defaultCommand}} in`,
    ...Object.entries(commands).flatMap(([command, { operands = [] }]) => [
      `    (${command})`,
      ...(operands.length > 0 ? [`      operands=(${operands.map(quoted).join(' ')})`] : []),
      '      options+=(',
      ...ownOptions(completions, command).flatMap(option => specsOf(option, '        ')),
      '      ) ;;',
    ]),
    '  esac',
    "  _arguments -s -S $options '1:command:_vigil_commands' '*:operand:_vigil_operands'",
    '}',
    '_vigil_commands() {',
    '  local -a names=(',
    ...Object.entries(commands).map(
      ([command, { does }]) => `    ${quoted(`${command}:${does.replaceAll(':', '\\:')}`)}`,
    ),
    '  )',
    '  _describe command names',
    '}',
    '_vigil_operands() {',
    '  (( $#operands )) && compadd -- $operands || _files',
    '}',
    // As an autoloaded function it runs at once; sourced it only makes itself known.
    'if [[ $funcstack[1] == _vigil ]]; then _vigil "$@"; else compdef _vigil vigil; fi',
  ];
}

/** One line for every spelling, as _arguments has them. */
function specsOf(option: CompletedOption, indent: string): string[] {
  const { value, repeatable, help } = option;
  const all = spellings(option);
  // Given once an option is not offered again, whatever its spelling.
  const before = repeatable ? '*' : all.length > 1 ? `(${all.join(' ')})` : '';
  return all.map(spelling => {
    const sign = value === undefined ? '' : spelling.startsWith('--') ? '=' : '+';
    const action = value === undefined ? '' : `:${escaped(value)}:${actionOf(option)}`;
    return `${indent}${quoted(`${before}${spelling}${sign}[${escaped(help)}]${action}`)}`;
  });
}

function actionOf({ values, isList }: CompletedOption): string {
  if (values === undefined) return ' ';
  if (values === 'directories') return '_directories';
  if (values === 'files') return '_files';
  return isList ? `_values -s , value ${values.join(' ')}` : `(${values.join(' ')})`;
}

function escaped(text: string): string {
  return text.replace(/[[\]:\\]/g, sign => `\\${sign}`);
}

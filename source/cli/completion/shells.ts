/** How each shell requests completions and how they are printed. The first line is `words`,
 * `parts` (no space follows), `files` or `directories`; each following line is a candidate. */

import { printable } from '../../text/printable.ts';
import type { Shell } from '../arguments/command-table.ts';
import type { Candidate } from './completion.ts';

/** The request a stub sends. */
export type Request = {
  readonly words: readonly string[];
  /** Candidates in this shell's format. */
  lines(candidates: readonly Candidate[]): readonly string[];
};

/** @param given the words after `__complete`: the shell, and what its stub passes. */
export function requestOf([shell, ...given]: readonly string[]): Request | undefined {
  if (shell === 'bash') return bashRequest(given[0] ?? '', given[1] ?? '');
  if (shell === 'zsh') return { words: given, lines: candidates => candidates.map(zshLine) };
  if (shell === 'fish') return { words: given, lines: candidates => candidates.map(fishLine) };
  return undefined;
}

function fishLine([value, description]: Candidate): string {
  return `${value}\t${printable(description, 'unicode')}`;
}

/** In the format of `_describe`. */
function zshLine([value, description]: Candidate): string {
  const escaped = value.replace(/[\\:]/g, '\\$&');
  return description === '' ? escaped : `${escaped}:${printable(description, 'unicode')}`;
}

const bashWord = /(?:\\.?|'[^']*(?:'|$)|"(?:\\.|[^"\\])*(?:"|$)|[^\s\\'"])+/gs;
const quotedPart = /\\(.?)|'([^']*)(?:'|$)|"((?:\\.|[^"\\])*)(?:"|$)/gs;

/** Bash splits words at `:` and `=`, so the line itself is parsed here.
 * @param tail the part of the word at the cursor that a candidate replaces. */
function bashRequest(tail: string, line: string): Request {
  const raw: string[] = line.match(bashWord) ?? [];
  if (!line.endsWith(raw.at(-1) ?? '')) raw.push('');
  const words = raw.map(unquoted);
  const [word = ''] = words.slice(-1);
  const head = (raw.at(-1) ?? '').slice(0, -tail.length || undefined);
  const quote = /['"]/.exec(head.replace(/\\.|'[^']*'|"(?:\\.|[^"\\])*"/gs, ''))?.[0];
  return {
    words: words.slice(1),
    lines: candidates =>
      candidates
        .filter(([value]) => value.startsWith(word))
        .map(([value]) => quotedFor(value.slice(unquoted(head).length), quote)),
  };
}

function unquoted(raw: string): string {
  return raw.replace(quotedPart, (_, escaped, single, double) =>
    double === undefined ? (escaped ?? single) : double.replace(/\\([\\"$`])/g, '$1'),
  );
}

/** @param quote the open quote, if any. */
function quotedFor(text: string, quote: string | undefined): string {
  if (quote === "'") return text.replaceAll("'", "'\\''");
  return text.replace(quote === '"' ? /[\\"$`]/g : /[^\w@%+=:,./\-\u0080-\uffff]/g, '\\$&');
}

/** The scripts printed by `vigil completion SHELL`. */
export const stubs: Readonly<Record<Shell, string>> = {
  bash: `_vigil() {
  local kind='' word
  COMPREPLY=()
  while IFS= read -r word; do
    if [ -z "$kind" ]; then kind=$word; else COMPREPLY+=("$word"); fi
  done < <(vigil __complete bash "$2" "\${COMP_LINE:0:COMP_POINT}" </dev/null 2>/dev/null)
  case $kind in
    words) compopt +o default ;;
    parts) compopt +o default -o nospace ;;
    directories) compopt +o default -o dirnames ;;
  esac 2>/dev/null
}
complete -o default -F _vigil vigil`,
  zsh: `#compdef vigil
_vigil() {
  local -a lines=("\${(@f)$(vigil __complete zsh "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" </dev/null 2>/dev/null)}")
  case $lines[1] in
    (words) shift lines; _describe -V vigil lines ;;
    (parts) shift lines; _describe -V vigil lines -S '' ;;
    (files) compset -P '--*='; _files ;;
    (directories) compset -P '--*='; _directories ;;
  esac
}
# As an autoloaded function it runs at once; sourced it only registers itself.
if [[ $funcstack[1] == _vigil ]]; then _vigil "$@"; else compdef _vigil vigil; fi`,
  fish: `function __vigil_complete
  set -l lines (vigil __complete fish (commandline -opc)[2..-1] (commandline -ct | string unescape; or echo) </dev/null 2>/dev/null)
  switch "$lines[1]"
    case words parts; printf '%s\\n' $lines[2..-1]
    case files; __fish_complete_path (commandline -ct)
    case directories; __fish_complete_directories (commandline -ct)
  end
end
complete -c vigil -f -a '(__vigil_complete)'`,
};

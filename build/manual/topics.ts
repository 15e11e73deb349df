/** Tables of the man page and docs/usage.md alone. */
import type { Entry } from '../../source/cli/help.ts';

export const filterHelp: readonly string[] = [
  'A filter is text that a row must contain, and terms; all must match. ! before a term or a word negates it; a|b is either of two terms, and binds closer than a space: class:ghost|class:husk mem>1G. A comma lists values: class:live,undead. Spaces may be around operators. Text in double quotes is literal: "my session", "node:fs", cmd:"a, b"; in a shell, -F \'"node:fs"\'.',
  'Sizes end in B, K, M, G or T (MB and MiB mean M), times in s, m, h, d or w. An unknown field or class, or a term without a valid value, is an error on the command line. On the screen it hides nothing, and the footer says what is wrong.',
];

export const environmentEntries: readonly Entry[] = [
  ['VIGIL_WORKSPACE', 'workspaces to use without -w, separated by colons'],
  ['CLEANUP_MAX_RETRIES', 'like --retries'],
  ['CLEANUP_RETRY_DELAYS', 'like --retry-delays, but a JSON array: [0.5, 1.0, 2.0]'],
  ['NO_COLOR, FORCE_COLOR', 'disable colours, or force them without a terminal'],
  [
    'TERM, LC_ALL, LC_CTYPE, LANG',
    'dumb: no screen and no colours; a locale other than UTF-8: ASCII only',
  ],
  ['TMUX_TMPDIR', 'directory of the tmux sockets'],
  ['VIGIL_PROCESS_SOURCE', 'portable: read processes by ps alone, as on macOS; for tests'],
];

export const fileEntries: readonly Entry[] = [
  [
    '$XDG_CONFIG_HOME/vigil/config.json',
    'long option names with values, e.g. {"interval": 5, "spare": ["vite"]}; the command line takes precedence, and an unknown key is an error; "commands" is a list of your own keys, "guard" what vigil watch may do',
  ],
  ['$XDG_STATE_HOME/vigil/vigil.log', 'the audit log: one JSON line per signal or change'],
  [
    '$XDG_STATE_HOME/vigil/sessions.json, processes.json',
    'sessions and processes proven to be an agent’s, to recognise them later',
  ],
  ['$XDG_STATE_HOME/vigil/screen.json', 'the columns that were chosen on the screen'],
  ['$XDG_STATE_HOME/vigil/guard-….json', 'status of the guard of a workspace'],
  ['.agent-workspace/.daemon_health', 'time of the guard’s last poll, in epoch seconds'],
  [
    '.agent-workspace/registry/backups/',
    'copies of all registries, made before every reconcile and shutdown and before the first change of a day',
  ],
  ['.agent-workspace/shutdown_state.json', 'progress of a shutdown'],
];

/** Tables for help, the man page and the readme, besides commands, options and keys. */
import type { ExitCode } from '../output.ts';

export const tagline = 'watch AI coding agents in tmux, and end them with everything they started';

export const filterHelp =
  'A filter is text that a row must contain, plus terms that must all match: class:orphan, task:T-1, mem>500M, cpu>50, age>1h, idle>10m; also agent, type, parent, status and session with a colon, and progress with < or >. Sizes end in B, K, M, G or T (MB and MiB mean M), times in s, m, h, d or w. A term without a valid value is an error on the command line; while it is being typed on the screen it hides nothing.';

/** A term and its description. */
export type Entry = readonly [word: string, means: string];

export const targetEntries: readonly Entry[] = [
  ['ID', 'an agent, by its full id'],
  ['session:NAME', 'a tmux session (kill refuses a name that is on two servers)'],
  ['pid:N', 'the row with this process'],
  ['task:TASK-ID', 'every agent of a task'],
  ['@orphans @undead @husks', 'every row of a class'],
  ['agent:… session:… process:…', 'the key of a row, as in the JSON'],
];

export const exitDescriptions: Readonly<Record<ExitCode, string>> = {
  0: 'done and verified, or nothing to do',
  1: 'incomplete: something survived, or could not be verified',
  2: 'usage error',
  3: 'no such target',
  4: 'refused: not confirmed, --read-only, no /proc, or most of a registry lost',
  5: 'a source could not be read',
  10: 'problems found (doctor, list --exit-code)',
};
export const signalExits = '129, 130, 143: stopped cleanly by SIGHUP, SIGINT, SIGTERM';

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
];

export const fileEntries: readonly Entry[] = [
  [
    '$XDG_CONFIG_HOME/vigil/config.json',
    'long option names with values, e.g. {"interval": 5, "spare": ["vite"]}; the command line takes precedence, and an unknown key is an error',
  ],
  [
    '$XDG_STATE_HOME/vigil/vigil.log',
    'the audit log: one JSON line per signal and per changed registry',
  ],
  [
    '.agent-workspace/registry/backups/',
    'copies of all registries, made before every reconcile and shutdown',
  ],
  ['.agent-workspace/shutdown_state.json', 'progress of a shutdown'],
];

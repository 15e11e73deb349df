/** What help, the man page and the readme say beside commands, options and keys: one table each. */
import type { ExitCode } from '../commands/output.ts';

export const whatItIs = 'watch AI coding agents in tmux, and end them with all that they started';

export const filterWords =
  'A filter is a text that a row has to contain, and terms that all have to hold: class:orphan, task:T-1, mem>500M, cpu>50, age>1h, idle>10m; also agent, type, parent, status and session with a colon, and progress with < or >. Sizes end in B, K, M, G or T (MB and MiB are M), times in s, m, h, d or w. A term without a value that can be compared is an error on the command line; while it is being typed it hides nothing.';

/** A word and what it means. */
export type Entry = readonly [word: string, means: string];

export const targetEntries: readonly Entry[] = [
  ['ID', 'an agent, by its whole id'],
  ['session:NAME', 'a tmux session; refused by kill where two tmux servers have one of that name'],
  ['pid:N', 'the row that this process belongs to'],
  ['task:TASK-ID', 'every agent of a task'],
  ['@orphans @undead @husks', 'every row of a class'],
  ['agent:… session:… process:…', 'a row’s own key, as in the JSON'],
];

export const exitWords: Readonly<Record<ExitCode, string>> = {
  0: 'done and looked after, or nothing to do',
  1: 'not all of it: something survived, or could not be verified',
  2: 'usage',
  3: 'no such target',
  4: 'refused: no yes, --read-only, no /proc, or a registry that lost most entries',
  5: 'a source could not be read',
  10: 'problems found (doctor, list --exit-code)',
};
export const signalExits = '129, 130, 143: ended by SIGHUP, SIGINT, SIGTERM, after a clean stop';

export const environmentEntries: readonly Entry[] = [
  ['VIGIL_WORKSPACE', 'workspaces where no -w names one, with colons between'],
  ['CLEANUP_MAX_RETRIES', 'as --retries'],
  ['CLEANUP_RETRY_DELAYS', 'as --retry-delays, but a JSON list: [0.5, 1.0, 2.0]'],
  ['NO_COLOR, FORCE_COLOR', 'no colours, or colours also where nobody seems to look'],
  ['TERM, LC_ALL, LC_CTYPE, LANG', 'dumb: no screen, no colours; not UTF-8: nothing but ASCII'],
  ['TMUX_TMPDIR', 'where tmux has its sockets'],
];

export const fileEntries: readonly Entry[] = [
  [
    '$XDG_CONFIG_HOME/vigil/config.json',
    'the long options’ names with values, such as {"interval": 5, "spare": ["vite"]}; what the command line says goes before it, and an unknown key is an error',
  ],
  [
    '$XDG_STATE_HOME/vigil/vigil.log',
    'the audit log: a JSON line for every signal and every changed registry',
  ],
  [
    '.agent-workspace/registry/backups/',
    'copies of all registries, made before each reconcile and shutdown',
  ],
  ['.agent-workspace/shutdown_state.json', 'how far a shutdown has come'],
];

/** The commands. Help, completions, the man page and the readme's usage are generated from this
 * table. */
import { filterFields } from '../../core/rows/filter-fields.ts';
import type { ExitCode } from '../output.ts';

export const commands = [
  'top',
  'list',
  'why',
  'kill',
  'reconcile',
  'sweep',
  'shutdown',
  'deploy',
  'wait',
  'watch',
  'log',
  'doctor',
  'completion',
  'help',
] as const;
export type Command = (typeof commands)[number];
/** Runs when no command is named. */
export const defaultCommand: Command = 'top';

/** Names known only at run time: completion reads them on demand. */
export type LiveNames =
  | 'agents'
  | 'tasks'
  | 'workspaces'
  | 'sockets'
  | 'targets'
  | 'backups'
  | 'hosts';

export type CommandSpec = {
  /** Shown in the short help after `vigil`. */
  readonly shown: string;
  /** One line, at most 55 cells. */
  readonly does: string;
  /** Usage lines, after `vigil`. */
  readonly usages: readonly string[];
  /** Paragraphs for its own help and the man page. */
  readonly about: readonly string[];
  /** Exit codes besides 0 and 2, which every command can return. */
  readonly exits: readonly ExitCode[];
  /** It changes nothing, and so records no sessions that it has seen. */
  readonly isReading?: true;
  /** Possible operands for completion: words (first operand only), files, or live names. */
  readonly operands?: readonly string[] | 'files' | LiveNames;
};

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];
/** Help topics besides the commands. */
export const helpTopics = ['options', 'keys'] as const;

function fieldNames(areMeasures: boolean): string {
  const names = [...filterFields].filter(([, { isMeasure }]) => isMeasure === areMeasures);
  return names.map(([name]) => name).join(', ');
}

export const commandSpecs: Readonly<Record<Command, CommandSpec>> = {
  top: {
    shown: '[top]',
    does: 'the live screen; ? shows its keys',
    usages: ['[options]', 'top [options]'],
    about: [
      'Every agent, session, orphan and ghost in one table, refreshed every interval. Without a terminal it prints one table, as vigil list does.',
    ],
    exits: [5],
  },
  list: {
    shown: 'list',
    does: 'print one table, or one snapshot with --json',
    usages: [
      'list [--json | --format FORMAT] [--watch] [--exit-code] [--tree]',
      'list --watch --on CLASS[,CLASS] [--timeout S] COMMAND…',
    ],
    about: [
      'A ghost, undead agent, husk, orphan or zombie is reported once two polls agree; until then it is unknown, or no row yet.',
      '--on runs COMMAND, without a shell, whenever rows are in one of the classes that were not before, with these on stdin (vigil.rows/1), once at a time and for at most 60 s. Options of COMMAND go after --.',
      `A filter is text and terms that must all match: ${fieldNames(false)} with a colon, ${fieldNames(true)} with < or >. ! negates, | is either, a comma lists values, quotes make text: -F '!class:live cmd:vite|port:3000 "node:fs"'.`,
    ],
    isReading: true,
    exits: [5, 10],
  },
  why: {
    shown: 'why TARGET…',
    does: 'explain the class of a row: the evidence for it',
    usages: ['why TARGET… [--json]'],
    about: [],
    isReading: true,
    exits: [3, 5],
    operands: 'targets',
  },
  kill: {
    shown: 'kill TARGET…',
    does: 'end agents with all their processes and sessions',
    usages: ['kill TARGET… [--force] [--reason TEXT] [--dry-run] [--yes] [--json]'],
    about: [
      'Shows which processes are signalled, which are spared and why, and asks for confirmation. Then sends SIGTERM once, waits three times (0.5, 1 and 2 seconds), and sends SIGKILL to any process still running. "Exited" and "killed" are reported only after two checks find no process.',
      'An interactive agent is ended only by name (pid:N, session:NAME), after a second confirmation, which --yes gives too. Its session stays.',
    ],
    exits: [1, 3, 4, 5],
    operands: 'targets',
  },
  reconcile: {
    shown: 'reconcile',
    does: 'make the registries agree with the machine',
    usages: [
      'reconcile [--dry-run] [--yes] [--json]',
      'reconcile --restore [BACKUP | rebuild] [--dry-run] [--yes] [--json]',
    ],
    about: [
      'Ghosts become terminated, counters are recalculated, missing entries are added. Registries are first backed up to registry/backups/. --restore alone lists the backups, --restore BACKUP restores one, --restore rebuild rebuilds a broken global registry from the task registries.',
    ],
    exits: [1, 3, 4, 5],
    operands: 'backups',
  },
  sweep: {
    shown: 'sweep',
    does: 'clean up what agents left behind',
    usages: ['sweep [--idle TIME] [--dry-run] [--yes] [--json]'],
    about: [
      'Ends undead agents, husks and proven orphans, rolls back interrupted deploys, and archives prompts and logs of agents that are gone. Suspected orphans are left alone unless --include-suspected is given.',
    ],
    exits: [1, 4, 5],
  },
  shutdown: {
    shown: 'shutdown',
    does: 'end every agent and verify that all are gone',
    usages: ['shutdown [--when-ends PID] [--dry-run] [--yes] [--json]'],
    about: [
      'Closes the workspace to deploys, ends every agent, sweeps, reconciles and checks once more. Interactive agents, and sessions that are not agent sessions, are never touched.',
    ],
    exits: [1, 3, 4, 5],
  },
  deploy: {
    shown: 'deploy',
    does: 'start an agent in its own session',
    usages: [
      'deploy --task ID --type TYPE --prompt TEXT [--parent ID] [-- COMMAND…]',
      'deploy --task ID --type TYPE --prompt-file FILE [--parent ID] [-- COMMAND…]',
    ],
    about: [
      'All or nothing: a deploy that fails is rolled back. COMMAND gets the prompt on stdin, or its path in place of {prompt-file}. Neither is passed through a shell.',
    ],
    exits: [1, 3, 4, 5],
    operands: 'files',
  },
  wait: {
    shown: 'wait TARGET…',
    does: 'wait until agents are gone, idle or waiting for input',
    usages: ['wait TARGET… --until gone|idle|waiting [--timeout S] [--json]'],
    about: [
      'Idle and waiting are what the agent’s own program records (Claude Code does). Exit 0 when every target has reached the state, 1 on a timeout, 3 if a target does not exist or is gone before.',
    ],
    isReading: true,
    exits: [1, 3, 5],
    operands: 'targets',
  },
  watch: {
    shown: 'watch',
    does: 'guard: poll at intervals, warn, clean up as configured',
    usages: [
      'watch [--every SECONDS] [--health SECONDS] [--once] [--metrics ADDRESS] [--dry-run] [--json]',
      'watch --explain',
      'watch --print-unit systemd|launchd',
    ],
    about: [
      'One guard per workspace, without a screen. It only reports, until "guard" in the configuration file has a policy: then it reconciles ghosts, and ends undead agents, husks and proven orphans that several polls agree on. SIGHUP reads the configuration again, SIGUSR1 prints the status.',
    ],
    exits: [1, 4, 5],
  },
  log: {
    shown: 'log [TARGET…]',
    does: 'show what vigil has done, when and why',
    usages: ['log [TARGET…] [--since TIME] [--signals | --stats] [--json]'],
    about: [
      'Endings, sweeps, shutdowns, reconciles and deploys of every vigil of this user, oldest first, from the audit log. An ending is `interrupted` if its vigil was killed before the outcome. --signals lists each signal, and the files that were archived.',
    ],
    isReading: true,
    exits: [3, 5],
    operands: 'targets',
  },
  doctor: {
    shown: 'doctor',
    does: 'check the environment',
    usages: ['doctor [--json]', 'doctor --rescue [--dry-run] [--yes] [--json]'],
    about: [
      'Checks Node, tmux, locks, registries, the audit log, and interrupted work of an earlier vigil. A tmux server whose socket file was removed (a cleaned /tmp) runs on, but cannot be reached: --rescue has it recreate the file (SIGUSR1), and checks that it answers.',
    ],
    isReading: true,
    exits: [1, 4, 10],
  },
  completion: {
    shown: 'completion SHELL',
    does: 'print completions for bash, zsh or fish',
    usages: ['completion bash|zsh|fish'],
    about: [
      'Completes commands, options, their values, and what is there now: agents, sessions, tasks, sockets, backups. For bash: source <(vigil completion bash). For zsh: source <(vigil completion zsh). For fish: vigil completion fish | source.',
    ],
    exits: [],
    operands: shells,
  },
  help: {
    shown: 'help [COMMAND]',
    does: 'help about a command, all options, or keys',
    usages: ['help [COMMAND | options | keys]'],
    about: [],
    exits: [],
    operands: [...commands.filter(name => name !== 'help'), ...helpTopics],
  },
};

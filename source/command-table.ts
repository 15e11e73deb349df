/** The commands: one table, from which help, completions, the man page and the readme's usage are drawn. */
import type { ExitCode } from './commands/output.ts';
import { classTargetNames } from './core/targets.ts';

export const commands = [
  'top',
  'list',
  'why',
  'kill',
  'reconcile',
  'sweep',
  'shutdown',
  'deploy',
  'doctor',
  'completion',
  'help',
] as const;
export type Command = (typeof commands)[number];

export type CommandSpec = {
  /** In the short help, behind `vigil`. */
  readonly shown: string;
  /** One line, at most 55 cells. */
  readonly does: string;
  /** What may be typed, behind `vigil`. */
  readonly usages: readonly string[];
  /** Paragraphs about it, for its own help and the man page. */
  readonly about: readonly string[];
  /** Beside 0 and 2, which every command can end with. */
  readonly exits: readonly ExitCode[];
  /** What its first operands may be, for completion. */
  readonly operands?: readonly string[];
};

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];
/** What there is help about beside the commands. */
export const helpTopics = ['options', 'keys'] as const;

const targets = [...classTargetNames, 'session:', 'pid:', 'task:'];

export const commandSpecs: Readonly<Record<Command, CommandSpec>> = {
  top: {
    shown: '[top]',
    does: 'the live screen; ? shows its keys',
    usages: ['[options]', 'top [options]'],
    about: [
      'Every agent, session, orphan and ghost in one table that is looked at anew after every interval. On no terminal it prints one table, as vigil list does.',
    ],
    exits: [5],
  },
  list: {
    shown: 'list',
    does: 'one table, or with --json one snapshot',
    usages: ['list [--json] [--watch] [--exit-code] [--tree]'],
    about: [
      'Ghosts, orphans, husks and zombies that rest on something younger than two seconds are looked at twice before they are said to be any.',
    ],
    exits: [5, 10],
  },
  why: {
    shown: 'why TARGET…',
    does: 'the class of a row, and the evidence for it',
    usages: ['why TARGET… [--json]'],
    about: [],
    exits: [3, 5],
    operands: targets,
  },
  kill: {
    shown: 'kill TARGET…',
    does: 'end agents, with all their processes and sessions',
    usages: ['kill TARGET… [--force] [--reason TEXT] [--dry-run] [--yes] [--json]'],
    about: [
      'Shows what is signalled and what is spared, and why, and asks. Then SIGTERM once, three attempts of 0.5, 1 and 2 seconds, and SIGKILL for who is left. "Exited" and "killed" are said after two looks without anybody.',
    ],
    exits: [1, 3, 4, 5],
    operands: targets,
  },
  reconcile: {
    shown: 'reconcile',
    does: 'make the registries agree with the machine',
    usages: [
      'reconcile [--dry-run] [--yes] [--json]',
      'reconcile --restore [BACKUP | rebuild] [--dry-run] [--yes] [--json]',
    ],
    about: [
      'Ghosts become terminated, counters are counted anew, what one registry lacks is added. Every registry is copied to registry/backups/ before. --restore alone lists the backups; with the name of one it puts it back; with rebuild it makes a broken index anew from its tasks.',
    ],
    exits: [1, 3, 4, 5],
    operands: ['rebuild'],
  },
  sweep: {
    shown: 'sweep',
    does: 'clean up what agents have left over',
    usages: ['sweep [--idle TIME] [--dry-run] [--yes] [--json]'],
    about: [
      'Ends undead, husks and orphans, undoes deploys that were cut off, removes prompt files whose agent is not alive, and archives the logs of agents that are over. What it cannot prove it leaves alone.',
    ],
    exits: [1, 4, 5],
  },
  shutdown: {
    shown: 'shutdown',
    does: 'end every agent, and prove it',
    usages: ['shutdown [--when-ends PID] [--dry-run] [--yes] [--json]'],
    about: [
      'Closes the workspace to deploys, ends every agent, sweeps, reconciles and looks once more. Interactive agents and people’s sessions are never touched.',
    ],
    exits: [1, 3, 4, 5],
  },
  deploy: {
    shown: 'deploy',
    does: 'start an agent in a session of its own',
    usages: [
      'deploy --task ID --type TYPE --prompt TEXT [--parent ID] [-- COMMAND…]',
      'deploy --task ID --type TYPE --prompt-file FILE [--parent ID] [-- COMMAND…]',
    ],
    about: [
      'All of it, or nothing is left behind. COMMAND gets the prompt on stdin, or its path where a word has {prompt-file}. No shell takes either apart.',
    ],
    exits: [1, 3, 4, 5],
  },
  doctor: {
    shown: 'doctor',
    does: 'what works here, and what to do about the rest',
    usages: ['doctor [--json]'],
    about: [
      'Node, tmux, locks, registries, the log, and what an earlier vigil has left half done.',
    ],
    exits: [10],
  },
  completion: {
    shown: 'completion SHELL',
    does: 'completions for bash, zsh or fish',
    usages: ['completion bash|zsh|fish'],
    about: [
      'For bash: source <(vigil completion bash). For zsh: source <(vigil completion zsh). For fish: vigil completion fish | source.',
    ],
    exits: [],
    operands: shells,
  },
  help: {
    shown: 'help [COMMAND]',
    does: 'about a command, all options, or keys',
    usages: ['help [COMMAND | options | keys]'],
    about: [],
    exits: [],
    operands: [...commands.filter(name => name !== 'help'), ...helpTopics],
  },
};

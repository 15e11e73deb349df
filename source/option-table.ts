/** The options of the command line and of the configuration file: one table, from which parsing, help,
 * completions, the man page and the readme are drawn. */
import type { Command } from './command-table.ts';
import { sortColumns } from './core/describe.ts';
import { defaultSessionPrefixes } from './core/inventory/agent-programs.ts';
import { rowClasses } from './core/model.ts';
import { themeNames } from './text/themes.ts';

export type OptionSpec = {
  readonly name: string;
  readonly short?: string;
  /** Name of the value; an option without one is a switch. */
  readonly value?: string;
  readonly repeatable?: boolean;
  readonly help: string;
  /** The commands that heed it; all where none are named. */
  readonly of?: readonly Command[];
  /** Given to any other command it does no harm: it could not have narrowed or changed what that one does. */
  readonly isHarmless?: boolean;
  /** How it is written where not by its name. */
  readonly shown?: string;
  /** In the short help too. */
  readonly isMostUsed?: boolean;
  /** What its value may be, for completion: words (a list of them has commas), or paths. */
  readonly values?: readonly string[] | 'directories' | 'files';
  readonly isList?: boolean;
};

const views: readonly Command[] = ['top', 'list'];
const endings: readonly Command[] = ['top', 'kill', 'sweep', 'shutdown'];
const changes: readonly Command[] = [...endings, 'reconcile', 'deploy'];
const confirmed: readonly Command[] = ['kill', 'reconcile', 'sweep', 'shutdown'];
const reported: readonly Command[] = ['list', 'why', ...confirmed, 'deploy', 'doctor'];

export const optionSpecs: readonly OptionSpec[] = [
  {
    name: 'workspace',
    short: 'w',
    value: 'DIR',
    repeatable: true,
    help: 'a .agent-workspace, or a directory that holds one',
    isMostUsed: true,
    values: 'directories',
  },
  {
    name: 'socket-name',
    short: 'L',
    value: 'NAME',
    repeatable: true,
    help: 'only this tmux socket (every one of this user)',
  },
  {
    name: 'socket-path',
    short: 'S',
    value: 'PATH',
    repeatable: true,
    help: 'the same, by its path',
    values: 'files',
  },
  {
    name: 'interval',
    short: 'd',
    value: 'SECONDS',
    help: 'time between looks (2; 0.1 to 3600)',
    of: views,
    isHarmless: true,
  },
  {
    name: 'filter',
    short: 'F',
    value: 'TEXT',
    help: 'only rows with TEXT, or class:orphan mem>500M',
    of: views,
    isMostUsed: true,
  },
  {
    name: 'class',
    value: 'C[,C]',
    help: `only these: ${rowClasses.join(' ')}`,
    of: views,
    values: rowClasses,
    isList: true,
  },
  {
    name: 'sort',
    short: 's',
    value: 'COLUMN',
    help: sortColumns.join(' '),
    of: views,
    isHarmless: true,
    isMostUsed: true,
    values: sortColumns,
  },
  { name: 'reverse', short: 'r', help: 'invert the order', of: views, isHarmless: true },
  {
    name: 'tree',
    short: 't',
    help: 'agents under their parents',
    of: views,
    isHarmless: true,
    isMostUsed: true,
  },
  {
    name: 'json',
    help: 'machine output on stdout',
    of: reported,
    isHarmless: true,
    isMostUsed: true,
  },
  {
    name: 'watch',
    help: 'again after every interval (JSON: a line each)',
    of: ['list'],
    isHarmless: true,
  },
  { name: 'exit-code', help: 'exit 10 where record and machine differ', of: ['list'] },
  {
    name: 'session-prefix',
    value: 'PREFIX',
    repeatable: true,
    help: `more agents’ sessions than ${defaultSessionPrefixes.join(', ')}`,
  },
  { name: 'program', value: 'NAME', repeatable: true, help: 'one more program that is an agent' },
  {
    name: 'idle',
    value: 'TIME',
    help: 'also agents whose session was idle longer (110m)',
    of: ['top', 'sweep'],
  },
  {
    name: 'when-ends',
    value: 'PID',
    help: 'wait until this process ends, or a signal comes',
    of: ['shutdown'],
  },
  { name: 'task', value: 'ID', help: 'the task that gets the agent', of: ['deploy'] },
  { name: 'type', value: 'TYPE', help: 'what kind of agent; part of its id', of: ['deploy'] },
  { name: 'prompt', value: 'TEXT', help: 'what it is to do', of: ['deploy'] },
  {
    name: 'prompt-file',
    value: 'FILE',
    help: 'the same, from a file (- is stdin)',
    of: ['deploy'],
    values: 'files',
  },
  {
    name: 'parent',
    value: 'ID',
    help: 'the agent it belongs to (orchestrator)',
    of: ['deploy'],
  },
  {
    name: 'command',
    value: 'WORD',
    repeatable: true,
    help: 'what runs where no COMMAND is given, a word each',
    of: ['deploy'],
  },
  {
    name: 'spare',
    value: 'NAME',
    repeatable: true,
    help: 'a program no ending signals, by its exact name',
    of: endings,
  },
  { name: 'force', help: 'SIGKILL at once', of: ['kill'] },
  { name: 'reason', value: 'TEXT', help: 'why, for the registry and the log', of: endings },
  { name: 'ask-first', help: 'SIGUSR1 and 1 s before anything else', of: endings },
  {
    name: 'retries',
    value: 'N',
    help: 'attempts before SIGKILL (3)',
    of: endings,
  },
  {
    name: 'retry-delays',
    value: 'S,S,S',
    help: 'seconds that each waits (0.5,1,2)',
    of: endings,
  },
  {
    name: 'settle',
    value: 'SECONDS',
    help: 'how long to look for respawns afterwards (0.5)',
    of: endings,
  },
  {
    name: 'dry-run',
    help: 'show what would be changed, and change nothing',
    of: [...confirmed, 'deploy'],
    isMostUsed: true,
  },
  {
    name: 'yes',
    short: 'y',
    help: 'ask no question',
    of: confirmed,
    isHarmless: true,
    isMostUsed: true,
  },
  { name: 'restore', help: 'list backups, put one back, or rebuild', of: ['reconcile'] },
  {
    name: 'lock-wait',
    value: 'SECONDS',
    help: 'for a registry’s lock (5; with --yes 30)',
    of: changes,
    isHarmless: true,
  },
  {
    name: 'read-only',
    help: 'no verb or key may change anything',
    of: changes,
    isHarmless: true,
  },
  { name: 'color', shown: 'no-color', help: 'no colours' },
  { name: 'theme', value: 'NAME', help: `colours: ${themeNames.join(', ')}`, values: themeNames },
  { name: 'ascii', help: 'nothing but ASCII' },
  { name: 'mouse', help: 'the screen takes the wheel, and clicks on rows, tabs, headings, hints' },
  { name: 'demo', help: 'made-up agents, nothing real is read' },
  {
    name: 'log-file',
    value: 'FILE',
    help: 'a JSON line a signal or change (state directory)',
    of: [...changes, 'doctor'],
    isHarmless: true,
    values: 'files',
  },
  {
    name: 'log-level',
    value: 'LEVEL',
    help: 'debug: a stack trace with an unexpected error',
    values: ['debug', 'info', 'warn', 'error'],
  },
  { name: 'help', short: 'h', help: 'this, or about the command it stands with' },
  { name: 'version', short: 'V', help: 'the version' },
];

/** The option as it is written, with its value. */
export function spelled({ name, short, shown = name, value }: OptionSpec): string {
  const both = `${short === undefined ? '' : `-${short}, `}--${shown}`;
  return value === undefined ? both : `${both} ${value}`;
}

/** @returns whether this command heeds the option. */
export function heeds(command: Command, { of }: OptionSpec): boolean {
  return of === undefined || of.includes(command);
}

/** Values by option name, as the command line or the configuration file gave them. */
export type Given = ReadonlyMap<string, unknown>;

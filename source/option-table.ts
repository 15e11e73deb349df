/** The options of the command line and of the configuration file: one table, from which parsing, help
 * and completion are drawn. */
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
};

export const optionSpecs: readonly OptionSpec[] = [
  {
    name: 'workspace',
    short: 'w',
    value: 'DIR',
    repeatable: true,
    help: 'a .agent-workspace, or a directory that holds one',
  },
  {
    name: 'socket-name',
    short: 'L',
    value: 'NAME',
    repeatable: true,
    help: 'tmux socket by name (default: every socket of this user)',
  },
  { name: 'socket-path', short: 'S', value: 'PATH', repeatable: true, help: 'tmux socket by path' },
  { name: 'interval', short: 'd', value: 'SECONDS', help: 'time between looks (2; 0.1 to 3600)' },
  {
    name: 'filter',
    short: 'F',
    value: 'TEXT',
    help: 'only rows with TEXT, or class:orphan mem>500M age>1h',
  },
  { name: 'class', value: 'C[,C]', help: `only these classes (${rowClasses.join(', ')})` },
  { name: 'sort', short: 's', value: 'COLUMN', help: sortColumns.join(', ') },
  { name: 'reverse', short: 'r', help: 'invert the order' },
  { name: 'tree', short: 't', help: 'agents under their parents, processes under their agents' },
  { name: 'json', help: 'machine output on stdout' },
  { name: 'watch', help: 'list: again after every interval (with --json one snapshot a line)' },
  { name: 'exit-code', help: 'list: exit 10 where record and machine differ' },
  {
    name: 'session-prefix',
    value: 'PREFIX',
    repeatable: true,
    help: `sessions that are agents' (${defaultSessionPrefixes.join(', ')})`,
  },
  { name: 'program', value: 'NAME', repeatable: true, help: 'one more program that is an agent' },
  { name: 'idle', value: 'TIME', help: 'sweep: also agents whose session was idle longer (110m)' },
  { name: 'when-ends', value: 'PID', help: 'shutdown: when this process ends, or a signal comes' },
  { name: 'task', value: 'ID', help: 'deploy: the task that gets the agent' },
  { name: 'type', value: 'TYPE', help: 'deploy: what kind of agent; part of its id' },
  { name: 'prompt', value: 'TEXT', help: 'deploy: what it is to do' },
  { name: 'prompt-file', value: 'FILE', help: 'deploy: the same, from a file (- is stdin)' },
  { name: 'parent', value: 'ID', help: 'deploy: the agent it belongs to (orchestrator)' },
  {
    name: 'command',
    value: 'WORD',
    repeatable: true,
    help: 'deploy: what is run where no command is given, word by word',
  },
  {
    name: 'spare',
    value: 'NAME',
    repeatable: true,
    help: 'a program that no ending signals, by its exact name',
  },
  { name: 'force', help: 'kill: SIGKILL at once' },
  { name: 'reason', value: 'TEXT', help: 'kill: why, for the registry and the log' },
  { name: 'ask-first', help: 'send SIGUSR1 and wait 1 s before anything else' },
  { name: 'retries', value: 'N', help: 'attempts before SIGKILL ($CLEANUP_MAX_RETRIES, 3)' },
  {
    name: 'retry-delays',
    value: 'S,S,S',
    help: 'how long each waits ($CLEANUP_RETRY_DELAYS, 0.5,1,2)',
  },
  { name: 'settle', value: 'SECONDS', help: 'how long to look for respawns afterwards (0.5)' },
  { name: 'dry-run', help: 'print what would be changed, and change nothing' },
  { name: 'yes', short: 'y', help: 'ask no question' },
  { name: 'restore', help: 'reconcile: list backups, restore the named one, or rebuild' },
  {
    name: 'lock-wait',
    value: 'SECONDS',
    help: 'how long to wait for a registry’s lock (5; with --yes 30)',
  },
  { name: 'read-only', help: 'no verb or key may change anything' },
  { name: 'color', help: '--no-color: no colours (NO_COLOR and FORCE_COLOR are honoured)' },
  { name: 'theme', value: 'NAME', help: `colours: ${themeNames.join(', ')}` },
  { name: 'ascii', help: 'nothing but ASCII' },
  { name: 'mouse', help: 'the screen takes the wheel, and clicks on rows, tabs, headings, hints' },
  { name: 'demo', help: 'made-up agents, nothing real is read' },
  { name: 'log-file', value: 'FILE', help: 'one JSON line a signal or change (state directory)' },
  {
    name: 'log-level',
    value: 'LEVEL',
    help: 'debug: a stack trace with an error that should not happen',
  },
  { name: 'help', short: 'h', help: 'this text' },
  { name: 'version', short: 'V', help: 'the version' },
];

/** Values by option name, as the command line or the configuration file gave them. */
export type Given = ReadonlyMap<string, unknown>;

/** The options of the command line and the configuration file. Parsing, help, completions, the
 * man page and the readme are generated from this table. */

import { alertWays } from '../../core/model/alert.ts';
import { rowClasses } from '../../core/model/model.ts';
import { metricFormats } from '../../core/ports/metrics.ts';
import { columnNames } from '../../core/rows/columns.ts';
import { sortColumns } from '../../core/rows/describe.ts';
import { themeNames } from '../../text/themes.ts';
import { waitStates } from '../commands/wait-states.ts';
import type { Command } from './command-table.ts';
import { deployOptions, watchOptions } from './option-rows.ts';
import type { OptionSpec } from './option-spec.ts';

const views: readonly Command[] = ['top', 'list'];
const endings: readonly Command[] = ['top', 'kill', 'sweep', 'shutdown'];
const changes: readonly Command[] = [...endings, 'reconcile', 'deploy', 'watch'];
const confirmed: readonly Command[] = ['kill', 'reconcile', 'sweep', 'shutdown'];
const reported: readonly Command[] = [
  'list',
  'why',
  ...confirmed,
  'deploy',
  'wait',
  'log',
  'watch',
  'doctor',
];

/** On other machines too. */
const farCommands: readonly Command[] = ['top', 'list', 'why', 'log', 'wait', ...confirmed];

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;

const table: Readonly<Record<string, Omit<OptionSpec, 'name'>>> = {
  workspace: {
    short: 'w',
    value: 'DIR',
    repeatable: true,
    help: 'a .agent-workspace, or its parent directory',
    isMostUsed: true,
    values: 'directories',
  },
  discover: { help: 'also the workspaces that agents work in' },
  'socket-name': {
    short: 'L',
    value: 'NAME',
    repeatable: true,
    help: 'only this tmux socket (does not limit processes)',
    values: 'sockets',
  },
  'socket-path': {
    short: 'S',
    value: 'PATH',
    repeatable: true,
    help: 'only the tmux socket at this path',
    values: 'files',
  },
  host: {
    value: 'HOST',
    repeatable: true,
    help: 'on this machine, reached with ssh HOST',
    of: farCommands,
    values: 'hosts',
  },
  bootstrap: {
    help: 'with --host: install vigil there meanwhile',
    of: farCommands,
  },
  interval: {
    short: 'd',
    value: 'SECONDS',
    help: 'refresh interval (default 2; 0.1 to 3600)',
    of: views,
    ignoredElsewhere: true,
  },
  filter: {
    short: 'F',
    value: 'TEXT',
    help: 'only rows that match, e.g. class:orphan mem>500M',
    of: views,
    values: 'filter terms',
    isMostUsed: true,
  },
  class: {
    value: 'C[,C]',
    help: `only these classes: ${rowClasses.join(' ')}`,
    of: views,
    values: rowClasses,
    isList: true,
  },
  sort: {
    short: 's',
    value: 'COLUMN',
    help: sortColumns.join(' '),
    of: views,
    ignoredElsewhere: true,
    values: sortColumns,
  },
  columns: {
    value: 'C[,C]',
    help: `columns, in this order: ${columnNames.join(' ')}`,
    of: views,
    ignoredElsewhere: true,
    values: columnNames,
    isList: true,
  },
  reverse: { short: 'r', help: 'reverse the order', of: views, ignoredElsewhere: true },
  tree: {
    short: 't',
    help: 'show agents under their parents',
    of: views,
    ignoredElsewhere: true,
  },
  json: { help: 'JSON on stdout', of: reported, ignoredElsewhere: true, isMostUsed: true },
  watch: {
    help: 'repeat every interval (JSON: one line per snapshot)',
    of: ['list'],
    ignoredElsewhere: true,
  },
  format: {
    value: 'FORMAT',
    help: `print metrics instead: ${metricFormats.join(', ')}`,
    of: ['list'],
    values: metricFormats,
  },
  on: {
    value: 'C[,C]',
    help: 'with --watch: run COMMAND for rows in these classes',
    of: ['list'],
    values: rowClasses,
    isList: true,
  },
  'exit-code': { help: 'exit 10 if registry and machine differ', of: ['list'] },
  'session-prefix': {
    value: 'PREFIX',
    repeatable: true,
    help: 'sessions with this prefix are agent sessions too',
  },
  program: { value: 'NAME', repeatable: true, help: 'treat this program as an agent too' },
  idle: {
    value: 'TIME',
    help: 'also end live agents idle longer than this (e.g. 110m)',
    of: ['top', 'sweep'],
  },
  'when-ends': {
    value: 'PID',
    help: 'first wait for this process to exit, or for SIGTERM',
    of: ['shutdown'],
  },
  until: {
    value: 'STATE',
    help: 'state to wait for: gone (default), idle, waiting',
    of: ['wait'],
    values: waitStates,
  },
  timeout: {
    value: 'SECONDS',
    help: 'limit of the wait (exit 1), or of the COMMAND',
    of: ['wait', 'list'],
  },
  since: { value: 'TIME', help: 'only what was done in this time (e.g. 2h)', of: ['log'] },
  signals: { help: 'list each signal too', of: ['log'] },
  stats: { help: 'durations (p50, p95, p99) and outcomes of terminations', of: ['log'] },
  'include-suspected': { help: 'also end orphans that are only suspected', of: endings },
  grace: {
    value: 'SECONDS',
    help: 'how long a finished agent may keep running (10)',
    ignoredElsewhere: true,
  },
  ...watchOptions,
  ...deployOptions,
  spare: {
    value: 'NAME',
    repeatable: true,
    help: 'never signal this program (exact name)',
    of: endings,
  },
  force: { help: 'send SIGKILL at once', of: ['kill'] },
  reason: { value: 'TEXT', help: 'reason, for the registry and the audit log', of: endings },
  'ask-first': { help: 'send SIGUSR1 first and wait 1 s', of: endings },
  retries: { value: 'N', help: 'number of waits before SIGKILL (default 3)', of: endings },
  'retry-delays': {
    value: 'S,S,S',
    help: 'length of each wait, in seconds (0.5,1,2)',
    of: endings,
  },
  settle: { value: 'SECONDS', help: 'how long to watch for restarts (default 0.5)', of: endings },
  'dry-run': {
    help: 'show what would be changed, and change nothing',
    of: [...confirmed, 'deploy', 'watch', 'doctor'],
    isMostUsed: true,
  },
  yes: {
    short: 'y',
    help: 'do not ask for confirmation',
    of: [...confirmed, 'doctor'],
    ignoredElsewhere: true,
    isMostUsed: true,
  },
  rescue: { help: 'recreate the removed socket files of tmux servers', of: ['doctor'] },
  restore: { help: 'list backups, restore one, or rebuild', of: ['reconcile'] },
  'lock-wait': {
    value: 'SECONDS',
    help: 'wait for a registry lock (default 5; 30 with --yes)',
    of: changes,
    ignoredElsewhere: true,
  },
  'read-only': {
    help: 'refuse every change (exit 4)',
    of: [...changes, 'doctor'],
    ignoredElsewhere: true,
  },
  color: { shown: 'no-color', help: 'disable colours' },
  theme: { value: 'NAME', help: `colours: ${themeNames.join(', ')}`, values: themeNames },
  ascii: { help: 'use ASCII characters only' },
  mouse: { help: 'enable mouse' },
  alert: {
    value: 'WAY',
    help: 'alert if a row becomes ghost, orphan, undead or waiting: off (default), bell, message (tmux), both',
    of: ['top'],
    ignoredElsewhere: true,
    values: alertWays,
  },
  demo: { help: 'show made-up agents; nothing real is read' },
  'log-file': {
    value: 'FILE',
    help: 'audit log: one JSON line per signal or change',
    of: [...changes, 'log', 'doctor'],
    ignoredElsewhere: true,
    values: 'files',
  },
  'log-level': {
    value: 'LEVEL',
    help: 'debug adds a stack trace to unexpected errors',
    values: logLevels,
  },
  help: { short: 'h', help: 'show help' },
  version: { short: 'V', help: 'show the version' },
};

export const optionSpecs: readonly OptionSpec[] = Object.entries(table).map(([name, spec]) => ({
  name,
  ...spec,
}));

/** The options of the command line and of the configuration file: one table, from which parsing,
 * help and completion are drawn. Pure: words in, options or one error line out. */
import { type SortColumn, sortColumns, type View } from './core/describe.ts';
import { defaultSessionPrefixes } from './core/inventory/agent-programs.ts';
import { type Reading, type RowClass, rowClasses } from './core/model.ts';
import type { Policy } from './core/termination/policy.ts';
import { readPolicy } from './policy-options.ts';

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
  { name: 'filter', short: 'F', value: 'TEXT', help: 'only rows that contain TEXT' },
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
  { name: 'restore', help: 'reconcile: list backups, or restore the one that is named' },
  {
    name: 'lock-wait',
    value: 'SECONDS',
    help: 'how long to wait for a registry’s lock (5; with --yes 30)',
  },
  { name: 'read-only', help: 'no verb or key may change anything' },
  { name: 'color', help: '--no-color: no colours (NO_COLOR and FORCE_COLOR are honoured)' },
  { name: 'ascii', help: 'nothing but ASCII' },
  { name: 'demo', help: 'made-up agents, nothing real is read' },
  { name: 'log-file', value: 'FILE', help: 'one JSON line a signal (state directory)' },
  {
    name: 'log-level',
    value: 'LEVEL',
    help: 'debug: a stack trace with an error that should not happen',
  },
  { name: 'help', short: 'h', help: 'this text' },
  { name: 'version', short: 'V', help: 'the version' },
];

export type Options = {
  readonly workspaces: readonly string[];
  readonly socketNames: readonly string[];
  readonly socketPaths: readonly string[];
  readonly intervalMs: number;
  readonly view: View;
  readonly json: boolean;
  readonly watch: boolean;
  readonly exitCode: boolean;
  readonly sessionPrefixes: readonly string[];
  readonly programs: readonly string[];
  readonly readOnly: boolean;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly restore: boolean;
  readonly lockWaitMs: number;
  readonly policy: Policy;
  readonly reason: string;
  readonly logFile?: string;
  readonly color?: boolean;
  readonly ascii: boolean;
  readonly demo: boolean;
  readonly debug: boolean;
};

/** Values by option name, as the command line or the configuration file gave them. */
export type Given = ReadonlyMap<string, unknown>;

export const shortestIntervalSeconds = 0.1;
export const longestIntervalSeconds = 3600;
const longestLockWait = [0, 3600] as const;

/** @param given what was given, later sources over earlier ones already merged. */
export function readOptions(
  given: Given,
  env: Readonly<Record<string, string | undefined>>,
): Reading<Options> {
  const interval = readSeconds('interval', given.get('interval'), 2, [
    shortestIntervalSeconds,
    longestIntervalSeconds,
  ]);
  if (!interval.ok) return interval;
  const classes = readClasses(given.get('class'));
  if (!classes.ok) return classes;
  const sort = readSort(given.get('sort'));
  if (!sort.ok) return sort;
  const lockWait = readSeconds(
    'lock-wait',
    given.get('lock-wait'),
    given.get('yes') === true ? 30 : 5,
    longestLockWait,
  );
  if (!lockWait.ok) return lockWait;
  const policy = readPolicy(given, env);
  if (!policy.ok) return policy;
  const level = given.get('log-level') ?? 'info';
  if (!['debug', 'info', 'warn', 'error'].includes(String(level)))
    return refuse('log-level', level, 'takes debug, info, warn or error');
  const named = listOf(given.get('workspace'));
  return {
    ok: true,
    value: {
      workspaces: named.length > 0 ? named : (env.VIGIL_WORKSPACE ?? '').split(':').filter(isGiven),
      socketNames: listOf(given.get('socket-name')),
      socketPaths: listOf(given.get('socket-path')),
      intervalMs: interval.value * 1000,
      view: {
        classes: classes.value,
        filter: String(given.get('filter') ?? ''),
        sort: sort.value,
        reverse: given.get('reverse') === true,
        tree: given.get('tree') === true,
      },
      json: given.get('json') === true,
      watch: given.get('watch') === true,
      exitCode: given.get('exit-code') === true,
      sessionPrefixes: [...defaultSessionPrefixes, ...listOf(given.get('session-prefix'))],
      programs: listOf(given.get('program')),
      readOnly: given.get('read-only') === true,
      dryRun: given.get('dry-run') === true,
      yes: given.get('yes') === true,
      restore: given.get('restore') === true,
      lockWaitMs: lockWait.value * 1000,
      policy: policy.value,
      reason: String(given.get('reason') ?? 'ended by vigil'),
      logFile: given.has('log-file') ? String(given.get('log-file')) : undefined,
      color: given.get('color') as boolean | undefined,
      ascii: given.get('ascii') === true,
      demo: given.get('demo') === true,
      debug: level === 'debug',
    },
  };
}

/** Checks names and types of a configuration file: the same names as the long options.
 * @param text the file's content. */
export function readConfig(text: string): Reading<Given> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { ok: false, reason: `it is not valid JSON: ${(error as Error).message}` };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { ok: false, reason: 'it must hold a JSON object' };
  const given = new Map<string, unknown>();
  for (const [name, setting] of Object.entries(value)) {
    const spec = optionSpecs.find(each => each.name === name);
    if (spec === undefined || name === 'help' || name === 'version')
      return { ok: false, reason: `unknown key "${name}"` };
    const expected =
      spec.value === undefined ? 'true or false' : 'a text, a number or a list of texts';
    const isRight =
      spec.value === undefined ? typeof setting === 'boolean' : isSetting(setting, spec);
    if (!isRight) return { ok: false, reason: `"${name}" must be ${expected}` };
    given.set(name, setting);
  }
  return { ok: true, value: given };
}

function isSetting(setting: unknown, spec: OptionSpec): boolean {
  if (Array.isArray(setting))
    return (
      (spec.repeatable || spec.name === 'class') && setting.every(each => typeof each === 'string')
    );
  return typeof setting === 'string' || typeof setting === 'number';
}

function readSeconds(
  name: string,
  value: unknown,
  standard: number,
  [least, most]: readonly [number, number],
): Reading<number> {
  if (value === undefined) return { ok: true, value: standard };
  const seconds = String(value).trim() === '' ? Number.NaN : Number(value);
  if (seconds >= least && seconds <= most) return { ok: true, value: seconds };
  return refuse(name, value, `takes seconds from ${least} to ${most}`);
}

function readClasses(value: unknown): Reading<readonly RowClass[] | undefined> {
  if (value === undefined) return { ok: true, value: undefined };
  const names = (Array.isArray(value) ? value : String(value).split(',')).map(name =>
    String(name).trim(),
  );
  const wrong = names.find(name => !rowClasses.includes(name as RowClass));
  if (wrong !== undefined) return refuse('class', wrong, `takes ${rowClasses.join(', ')}`);
  return { ok: true, value: names as RowClass[] };
}

function readSort(value: unknown): Reading<SortColumn> {
  if (value === undefined) return { ok: true, value: 'class' };
  const name = String(value).toLowerCase().replace('%', '');
  if (sortColumns.includes(name as SortColumn)) return { ok: true, value: name as SortColumn };
  return refuse('sort', value, `takes ${sortColumns.join(', ')}`);
}

function refuse(name: string, value: unknown, rule: string): { ok: false; reason: string } {
  return { ok: false, reason: `--${name} ${JSON.stringify(value)}: it ${rule}` };
}

function listOf(value: unknown): string[] {
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map(String).filter(isGiven);
}

function isGiven(text: string): boolean {
  return text !== '';
}

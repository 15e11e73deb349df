/** Converts values by option name to typed options, or to a one-line error. Pure. */

import { standardGraceMs } from '../../core/inventory/scene.ts';
import { alertWays } from '../../core/model/alert.ts';
import { type Reading, type RowClass, rowClasses } from '../../core/model/model.ts';
import { metricFormats } from '../../core/ports/metrics.ts';
import { defaultSessionPrefixes } from '../../core/programs/agent-programs.ts';
import { type ColumnName, columnNames, columnOf } from '../../core/rows/columns.ts';
import { sortColumnOf, sortColumns, type View } from '../../core/rows/describe.ts';
import { filterFault } from '../../core/rows/filter.ts';
import { unitKinds } from '../../guard/unit-file.ts';
import { themeNames } from '../../text/themes.ts';
import { waitStates } from '../commands/wait-states.ts';
import { commandsKey, readCommands } from './custom-commands.ts';
import { readDeployOptions } from './deploy-options.ts';
import { readGuardOptions } from './guard-options.ts';
import { hookKeys, readHookOptions } from './hook-options.ts';
import { readHosts } from './host-options.ts';
import { expected, type Given, OptionFault } from './option-spec.ts';
import { logLevels } from './option-table.ts';
import { readPolicy } from './policy-options.ts';

export type Options = ReturnType<typeof optionsOf>;

const mostSeconds = 3600;

type Environment = Readonly<Record<string, string | undefined>>;

/** @param given option values, with later sources already merged over earlier ones. */
export function readOptions(given: Given, env: Environment): Reading<Options> {
  try {
    return { ok: true, value: optionsOf(given, env) };
  } catch (error) {
    if (error instanceof OptionFault) return { ok: false, reason: error.message };
    throw error;
  }
}

/** @throws OptionFault for the first invalid value. */
function optionsOf(given: Given, env: Environment) {
  const isOn = (name: string) => given.get(name) === true;
  const textOf = (name: string) => (given.has(name) ? String(given.get(name)) : undefined);
  const listOf = (name: string) => [given.get(name) ?? []].flat().map(String).filter(isGiven);
  const secondsOf = (name: string, standard: number, least = 0, most = mostSeconds) => {
    const value = given.get(name) ?? standard;
    const seconds = String(value).trim() === '' ? Number.NaN : Number(value);
    if (seconds >= least && seconds <= most) return seconds;
    return expected(`--${name}`, `seconds (${least} to ${most})`, value);
  };
  const interval = secondsOf('interval', 2, 0.1);
  const classes = readClasses('class', given.get('class'));
  const wanted = given.get('sort') ?? 'class';
  const sort = oneOf('sort', 'column', sortColumns, sortColumnOf(String(wanted)) ?? wanted);
  const filter = textOf('filter') ?? '';
  const fault = filterFault(filter, word => `-F '"${word}"'`);
  if (fault !== undefined) throw new OptionFault(`--filter: ${fault}`);
  const lockWait = secondsOf('lock-wait', isOn('yes') ? 30 : 5);
  const grace = secondsOf('grace', standardGraceMs / 1000);
  const idleMs = readDuration('idle', given.get('idle'));
  const sinceMs = readDuration('since', given.get('since'));
  const whenEnds = given.has('when-ends') ? Number(given.get('when-ends')) : undefined;
  if (whenEnds !== undefined && !(Number.isSafeInteger(whenEnds) && whenEnds > 2))
    expected('--when-ends', 'a process id', given.get('when-ends'));
  const until = oneOf('until', 'state', waitStates, given.get('until') ?? 'gone');
  const timeout = given.has('timeout') ? secondsOf('timeout', 0, 0, 30 * 86_400) : undefined;
  const policy = readPolicy(given, env);
  const source = env.VIGIL_PROCESS_SOURCE;
  if (source && source !== 'portable') expected('VIGIL_PROCESS_SOURCE', 'portable', source);
  const level = oneOf('log-level', 'level', logLevels, given.get('log-level') ?? 'info');
  const theme = oneOf('theme', 'theme', themeNames, given.get('theme') ?? 'default');
  const workspaces = listOf('workspace');
  const columns = readColumns(given.get('columns'));
  const format = given.has('format')
    ? oneOf('format', 'format', metricFormats, given.get('format'))
    : undefined;
  if (format !== undefined && (isOn('json') || isOn('watch')))
    throw new OptionFault('--format: prints metrics once; not with --json or --watch');
  const view: View = {
    classes,
    columns,
    filter,
    sort,
    reverse: isOn('reverse'),
    tree: isOn('tree'),
  };
  return {
    workspaces:
      workspaces.length > 0 ? workspaces : (env.VIGIL_WORKSPACE ?? '').split(':').filter(isGiven),
    discover: isOn('discover'),
    socketNames: listOf('socket-name'),
    socketPaths: listOf('socket-path'),
    intervalMs: interval * 1000,
    view,
    json: isOn('json'),
    watch: isOn('watch'),
    /** Print metrics in this format. */
    format,
    /** Run a command when rows enter these classes. */
    onClasses: readClasses('on', given.get('on')),
    /** Exit 10 if registry and machine differ. */
    exitCode: isOn('exit-code'),
    sessionPrefixes: [...defaultSessionPrefixes, ...listOf('session-prefix')],
    programs: listOf('program'),
    spareNames: listOf('spare'),
    includesSuspected: isOn('include-suspected'),
    /** How long an agent may keep running after its entry became terminal, milliseconds. */
    graceMs: grace * 1000,
    readOnly: isOn('read-only'),
    dryRun: isOn('dry-run'),
    yes: isOn('yes'),
    restore: isOn('restore'),
    rescue: isOn('rescue'),
    lockWaitMs: lockWait * 1000,
    policy,
    reason: textOf('reason'),
    /** A sweep also ends agents idle for longer than this, milliseconds. */
    idleMs,
    /** A shutdown waits for this pid to exit. */
    whenEnds,
    /** What `vigil wait` waits for, and how long at most. */
    until,
    /** What `vigil log` shows. */
    sinceMs,
    signals: isOn('signals'),
    stats: isOn('stats'),
    timeoutMs: timeout && timeout * 1000,
    deploy: readDeployOptions(given),
    guard: readGuardOptions(given, hookKeys),
    outputs: readHookOptions(given),
    once: isOn('once'),
    explain: isOn('explain'),
    printUnit: given.has('print-unit')
      ? oneOf('print-unit', 'kind', unitKinds, given.get('print-unit'))
      : undefined,
    logFile: textOf('log-file'),
    color: given.get('color') as boolean | undefined,
    ascii: isOn('ascii'),
    theme,
    alert: oneOf('alert', 'way', alertWays, given.get('alert') ?? 'off'),
    /** Keys of the user's own. */
    commands: readCommands(given.get(commandsKey)),
    mouse: isOn('mouse'),
    hosts: readHosts(given, listOf('host'), isOn('read-only')),
    bootstrap: isOn('bootstrap'),
    demo: isOn('demo'),
    debug: level === 'debug',
  };
}

const unitsMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `110m`, `2h`, `45s`, `1d`; a number alone is seconds. @returns milliseconds. */
function readDuration(name: string, value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const [, number, unit] = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(String(value).trim()) ?? [];
  if (number === undefined)
    return expected(`--${name}`, 'a time such as 90s, 110m, 2h or 1d', value);
  return Number(number) * unitsMs[(unit || 's') as keyof typeof unitsMs];
}

function readClasses(option: string, value: unknown): RowClass[] | undefined {
  if (value === undefined) return undefined;
  const names: unknown[] = Array.isArray(value) ? value : String(value).split(',');
  return names.map(name => oneOf(option, 'class', rowClasses, String(name).trim()));
}

function readColumns(value: unknown): ColumnName[] | undefined {
  if (value === undefined) return undefined;
  const names: unknown[] = Array.isArray(value) ? value : String(value).split(',');
  const columns = names.map(name =>
    oneOf('columns', 'column', columnNames, columnOf(String(name)) ?? name),
  );
  return [...new Set(columns)];
}

function oneOf<Word extends string>(
  option: string,
  what: string,
  known: readonly Word[],
  value: unknown,
): Word {
  const word = known.find(each => each === value);
  if (word !== undefined) return word;
  const words = known.join(', ');
  throw new OptionFault(`--${option}: unknown ${what} ${JSON.stringify(value)} (use ${words})`);
}

function isGiven(text: string): boolean {
  return text !== '';
}

/** Converts values by option name to typed options, or to a one-line error. Pure. */

import { standardGraceMs } from '../../core/inventory/scene.ts';
import { type Reading, type RowClass, rowClasses } from '../../core/model/model.ts';
import { defaultSessionPrefixes } from '../../core/programs/agent-programs.ts';
import { type SortColumn, sortColumnOf, sortColumns, type View } from '../../core/rows/describe.ts';
import { filterFault } from '../../core/rows/filter.ts';
import type { Policy } from '../../core/termination/policy.ts';
import { type ThemeName, themeNames } from '../../text/themes.ts';
import { type WaitState, waitStates } from '../commands/wait-states.ts';
import { type DeployOptions, readDeployOptions } from './deploy-options.ts';
import type { Given } from './option-spec.ts';
import { readPolicy } from './policy-options.ts';

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
  readonly spareNames: readonly string[];
  readonly includesSuspected: boolean;
  /** How long an agent may keep running after its entry became terminal, milliseconds. */
  readonly graceMs: number;
  readonly readOnly: boolean;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly restore: boolean;
  readonly lockWaitMs: number;
  readonly policy: Policy;
  readonly reason?: string;
  /** A sweep also ends agents idle for longer than this, milliseconds. */
  readonly idleMs?: number;
  /** A shutdown waits for this pid to exit. */
  readonly whenEnds?: number;
  /** What `vigil wait` waits for, and how long at most. */
  readonly until: WaitState;
  readonly timeoutMs?: number;
  readonly deploy: DeployOptions;
  readonly logFile?: string;
  readonly color?: boolean;
  readonly ascii: boolean;
  readonly theme: ThemeName;
  readonly mouse: boolean;
  readonly demo: boolean;
  readonly debug: boolean;
};

const shortestIntervalSeconds = 0.1;
const longestIntervalSeconds = 3600;
const lockWaitRange = [0, 3600] as const;
const graceRange = [0, 3600] as const;
const timeoutRange = [0, 30 * 86_400] as const;

/** @param given option values, with later sources already merged over earlier ones. */
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
  const filter = String(given.get('filter') ?? '');
  const fault = filterFault(filter);
  if (fault !== undefined) return { ok: false, reason: `--filter: ${fault}` };
  const lockWait = readSeconds(
    'lock-wait',
    given.get('lock-wait'),
    given.get('yes') === true ? 30 : 5,
    lockWaitRange,
  );
  if (!lockWait.ok) return lockWait;
  const grace = readSeconds('grace', given.get('grace'), standardGraceMs / 1000, graceRange);
  if (!grace.ok) return grace;
  const idle = readDuration('idle', given.get('idle'));
  if (!idle.ok) return idle;
  const pid = given.has('when-ends') ? Number(given.get('when-ends')) : undefined;
  if (pid !== undefined && !(Number.isSafeInteger(pid) && pid > 2))
    return expected('when-ends', 'a process id', given.get('when-ends'));
  const until = waitStates.find(name => name === (given.get('until') ?? 'gone'));
  if (until === undefined) return unknown('until', 'state', given.get('until'), waitStates);
  const timeout = given.has('timeout')
    ? readSeconds('timeout', given.get('timeout'), 0, timeoutRange)
    : undefined;
  if (timeout?.ok === false) return timeout;
  const policy = readPolicy(given, env);
  if (!policy.ok) return policy;
  const level = given.get('log-level') ?? 'info';
  if (!['debug', 'info', 'warn', 'error'].includes(String(level)))
    return unknown('log-level', 'level', level, ['debug', 'info', 'warn', 'error']);
  const theme = themeNames.find(name => name === (given.get('theme') ?? 'default'));
  if (theme === undefined) return unknown('theme', 'theme', given.get('theme'), themeNames);
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
        filter,
        sort: sort.value,
        reverse: given.get('reverse') === true,
        tree: given.get('tree') === true,
      },
      json: given.get('json') === true,
      watch: given.get('watch') === true,
      exitCode: given.get('exit-code') === true,
      sessionPrefixes: [...defaultSessionPrefixes, ...listOf(given.get('session-prefix'))],
      programs: listOf(given.get('program')),
      spareNames: listOf(given.get('spare')),
      includesSuspected: given.get('include-suspected') === true,
      graceMs: grace.value * 1000,
      readOnly: given.get('read-only') === true,
      dryRun: given.get('dry-run') === true,
      yes: given.get('yes') === true,
      restore: given.get('restore') === true,
      lockWaitMs: lockWait.value * 1000,
      policy: policy.value,
      reason: given.has('reason') ? String(given.get('reason')) : undefined,
      idleMs: idle.value,
      whenEnds: pid,
      until,
      timeoutMs: timeout && timeout.value * 1000,
      deploy: readDeployOptions(given),
      logFile: given.has('log-file') ? String(given.get('log-file')) : undefined,
      color: given.get('color') as boolean | undefined,
      ascii: given.get('ascii') === true,
      theme,
      mouse: given.get('mouse') === true,
      demo: given.get('demo') === true,
      debug: level === 'debug',
    },
  };
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
  return expected(name, `seconds (${least} to ${most})`, value);
}

const unitsMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `110m`, `2h`, `45s`, `1d`; a number alone is seconds. @returns milliseconds. */
function readDuration(name: string, value: unknown): Reading<number | undefined> {
  if (value === undefined) return { ok: true, value: undefined };
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(String(value).trim()) ?? [];
  if (number === undefined) return expected(name, 'a time such as 90s, 110m, 2h or 1d', value);
  return { ok: true, value: Number(number) * unitsMs[(unit || 's') as keyof typeof unitsMs] };
}

function readClasses(value: unknown): Reading<readonly RowClass[] | undefined> {
  if (value === undefined) return { ok: true, value: undefined };
  const names = (Array.isArray(value) ? value : String(value).split(',')).map(name =>
    String(name).trim(),
  );
  const wrong = names.find(name => !rowClasses.includes(name as RowClass));
  if (wrong !== undefined) return unknown('class', 'class', wrong, rowClasses);
  return { ok: true, value: names as RowClass[] };
}

function readSort(value: unknown): Reading<SortColumn> {
  if (value === undefined) return { ok: true, value: 'class' };
  const column = sortColumnOf(String(value));
  if (column !== undefined) return { ok: true, value: column };
  return unknown('sort', 'column', value, sortColumns);
}

function expected(name: string, what: string, value: unknown): { ok: false; reason: string } {
  return { ok: false, reason: `--${name}: expected ${what}, got ${JSON.stringify(value)}` };
}

function unknown(name: string, what: string, value: unknown, known: readonly string[]) {
  const reason = `--${name}: unknown ${what} ${JSON.stringify(value)} (use ${known.join(', ')})`;
  return { ok: false, reason } as const;
}

function listOf(value: unknown): string[] {
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map(String).filter(isGiven);
}

function isGiven(text: string): boolean {
  return text !== '';
}

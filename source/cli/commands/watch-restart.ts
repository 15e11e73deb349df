/** Settings that a running guard does not apply when it reads its configuration again. */
import { isSame } from '../../core/model/is-same.ts';
import type { Options } from '../arguments/options.ts';

/** Their keys in the configuration file. */
const keys = {
  workspaces: 'workspace',
  discover: 'discover',
  socketNames: 'socket-name',
  socketPaths: 'socket-path',
  sessionPrefixes: 'session-prefix',
  programs: 'program',
  spareNames: 'spare',
  graceMs: 'grace',
  lockWaitMs: 'lock-wait',
  policy: 'retries, retry-delays, settle or ask-first',
  logFile: 'log-file',
} as const;

export type FixedSettings = Pick<Options, keyof typeof keys>;

/** @returns the keys of those that differ. */
export function changedSettings(before: FixedSettings, after: FixedSettings): string[] {
  const names = Object.keys(keys) as (keyof typeof keys)[];
  return names.filter(name => !isSame(before[name], after[name])).map(name => keys[name]);
}

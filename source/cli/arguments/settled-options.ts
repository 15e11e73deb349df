/** Flags take precedence over the configuration file, and that over the environment. */

import type { Reading } from '../../core/model/model.ts';
import { readConfig } from './config-file.ts';
import type { Given } from './option-spec.ts';
import { type Options, readOptions } from './options.ts';

/** Reads the configuration file, if there is one. */
type ReadConfigText = (
  env: NodeJS.ProcessEnv,
) => Reading<{ readonly path: string; readonly text: string } | undefined>;

/** @returns the options, or a one-line error with its source. */
export function settledOptions(
  given: Given,
  env: NodeJS.ProcessEnv,
  readConfigText: ReadConfigText,
): Reading<Options> {
  const file = readConfigText(env);
  if (!file.ok) return file;
  if (file.value === undefined) return readOptions(given, env);
  const config = readConfig(file.value.text);
  if (!config.ok) return { ok: false, reason: `${file.value.path}: ${config.reason}` };
  const settled = readOptions(new Map([...config.value, ...given]), env);
  // An error caused only by the file names the file and the key.
  if (settled.ok || !readOptions(given, env).ok) return settled;
  return { ok: false, reason: `${file.value.path}: ${settled.reason.replace(/^--/, '')}` };
}

/** Flags over the configuration file; the environment stands in for what neither says. */
import { readConfig } from './config-file.ts';
import type { Reading } from './core/model.ts';
import { readConfigText } from './host/config-text.ts';
import type { Given } from './option-spec.ts';
import { type Options, readOptions } from './options.ts';

/** @returns the options, or one line about what is wrong with them and where. */
export function settledOptions(given: Given, env: NodeJS.ProcessEnv): Reading<Options> {
  const file = readConfigText(env);
  if (!file.ok) return file;
  if (file.value === undefined) return readOptions(given, env);
  const config = readConfig(file.value.text);
  if (!config.ok) return { ok: false, reason: `${file.value.path}: ${config.reason}` };
  return readOptions(new Map([...config.value, ...given]), env);
}

/** Reads the user's configuration file. */
import { join } from 'node:path';
import type { Reading } from '../../core/model/model.ts';
import { readIfThere } from '../run/text-file.ts';
import { homeOf } from './state-directory.ts';

export type ConfigText = { readonly path: string; readonly text: string };

/** A missing file is fine; an unreadable one is an error. */
export function readConfigText(env: NodeJS.ProcessEnv): Reading<ConfigText | undefined> {
  const own = env.XDG_CONFIG_HOME;
  // The XDG specification requires relative paths to be ignored.
  const base = own?.startsWith('/') ? own : homeOf(env, '.config');
  if (base === undefined) return { ok: true, value: undefined };
  const path = join(base, 'vigil', 'config.json');
  const found = readIfThere(path);
  if (!found.ok) return { ok: false, reason: `${path}: ${found.reason}` };
  const text = found.value;
  return { ok: true, value: text === undefined ? undefined : { path, text } };
}

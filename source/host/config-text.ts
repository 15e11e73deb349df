/** The text of the person's configuration file, wherever their home is. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Reading } from '../core/model.ts';
import { homeOf } from './home.ts';

export type ConfigText = { readonly path: string; readonly text: string };

/** No configuration is fine; one that cannot be read is not taken for none. */
export function readConfigText(env: NodeJS.ProcessEnv): Reading<ConfigText | undefined> {
  const base = env.XDG_CONFIG_HOME || homeOf(env, '.config');
  if (base === undefined) return { ok: true, value: undefined };
  const path = join(base, 'vigil', 'config.json');
  try {
    return { ok: true, value: { path, text: readFileSync(path, 'utf8') } };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const isAbsent = code === 'ENOENT' || code === 'ENOTDIR';
    return isAbsent ? { ok: true, value: undefined } : { ok: false, reason: `${path}: ${message}` };
  }
}

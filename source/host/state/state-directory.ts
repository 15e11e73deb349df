/** Where vigil's own files and the user's configuration are. */
import { lstatSync, statSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import type { Reading } from '../../core/model/model.ts';
import { makeOwnDirectory } from '../registry/durable-file.ts';
import { readIfThere } from '../run/text-file.ts';
import { tryTo } from '../run/try-to.ts';

export function stateDirectory(env: NodeJS.ProcessEnv): string {
  const base = env.XDG_STATE_HOME;
  const state = base?.startsWith('/') ? base : homeOf(env, '.local', 'state');
  // Without a home: beside tmux's socket directory.
  if (state === undefined) return join(tmpdir(), `vigil-${process.getuid?.() ?? 'user'}`);
  return join(state, 'vigil');
}

/** The user's home may be missing: a service has no HOME, a container's user no passwd entry.
 * @returns a path below the home; nothing if there is no home. */
export function homeOf(env: NodeJS.ProcessEnv, ...below: readonly string[]): string | undefined {
  const home = env.HOME || tryTo(homedir);
  return home !== undefined && isAbsolute(home) ? join(home, ...below) : undefined;
}

/** @throws if it cannot be created, is no directory, or belongs to another user. */
export function makeStateDirectory(path: string): void {
  // Node's recursive mkdir loops forever if a parent cannot have children.
  makeOwnDirectory(path);
  if (isTrusted(path)) return;
  const why = statSync(path).isDirectory() ? 'belongs to another user' : 'is not a directory';
  throw new Error(`${path} ${why}`);
}

/** Its content is trusted, and written, only if it is ours: under `sudo` with another user's home
 * it may be anyone's. A directory that does not exist yet will be ours. */
export function isTrusted(path: string): boolean {
  const isOurs = tryTo(() => {
    const found = statSync(path);
    // In a world-writable directory a link may belong to any user.
    if (dirname(path) === tmpdir() && lstatSync(path).isSymbolicLink()) return false;
    return found.isDirectory() && isOwnUid(found.uid);
  });
  return isOurs ?? true;
}

/** Ours, or that of the user who ran sudo. */
export function isOwnUid(uid: number): boolean {
  const own = process.getuid?.();
  return uid === own || (own === 0 && String(uid) === process.env.SUDO_UID);
}

/** The audit log's default path. */
export function logFileIn(env: NodeJS.ProcessEnv): string {
  return join(stateDirectory(env), 'vigil.log');
}

type ConfigText = { readonly path: string; readonly text: string };

/** Reads the user's configuration file. A missing one is fine; an unreadable one is an error. */
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

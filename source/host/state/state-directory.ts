/** Where vigil keeps what is its own: the log and what it must not forget. */
import { lstatSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { makeOwnDirectory } from '../registry/durable-file.ts';
import { homeOf } from './home.ts';

export function stateDirectory(env: NodeJS.ProcessEnv): string {
  const base = env.XDG_STATE_HOME;
  const state = base?.startsWith('/') ? base : homeOf(env, '.local', 'state');
  // Without a home: beside the directory that tmux has its sockets in.
  if (state === undefined) return join(tmpdir(), `vigil-${process.getuid?.() ?? 'user'}`);
  return join(state, 'vigil');
}

/** @throws where it cannot be made, or is another user's. */
export function makeStateDirectory(path: string): void {
  // Not Node's own way of making parents: it never ends where one of them can have no children.
  makeOwnDirectory(path);
  if (!isTrusted(path)) throw new Error(`${path} belongs to another user`);
}

/** What is in it is believed, and written to, only where it is ours: with `sudo` and the home of another user it
 * may be anybody's. One that is not there yet will be. */
export function isTrusted(path: string): boolean {
  try {
    const found = statSync(path);
    // Below a directory that anybody may write to, a link is anybody's too.
    if (dirname(path) === tmpdir() && lstatSync(path).isSymbolicLink()) return false;
    return found.isDirectory() && isOwnUid(found.uid);
  } catch {
    return true;
  }
}

/** Ours, or of the person who became root with sudo. */
export function isOwnUid(uid: number): boolean {
  const own = process.getuid?.();
  return uid === own || (own === 0 && String(uid) === process.env.SUDO_UID);
}

/** The audit log, where no other place is named. */
export function logFileIn(env: NodeJS.ProcessEnv): string {
  return join(stateDirectory(env), 'vigil.log');
}

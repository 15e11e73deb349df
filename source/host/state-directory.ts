/** Where vigil keeps what is its own: the log and what it must not forget. */
import { lstatSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { homeOf } from './home.ts';
import { makeOwnDirectory } from './registry/durable-file.ts';

export function stateDirectory(env: NodeJS.ProcessEnv): string {
  const base = env.XDG_STATE_HOME;
  const state = base?.startsWith('/') ? base : homeOf(env, '.local', 'state');
  // Without a home: beside the directory that tmux has its sockets in.
  if (state === undefined) return join(tmpdir(), `vigil-${process.getuid?.() ?? 'user'}`);
  return join(state, 'vigil');
}

/** @throws where it cannot be made, or somebody else has made it where anybody may. */
export function makeStateDirectory(path: string): void {
  // Not Node's own way of making parents: it never ends where one of them can have no children.
  makeOwnDirectory(path);
  if (!isTrusted(path)) throw new Error(`${path} is somebody else’s`);
}

/** Below a home everything is the person's; below /tmp it may be anybody's. */
export function isTrusted(path: string): boolean {
  if (dirname(path) !== tmpdir()) return true;
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === process.getuid?.();
}

/** The audit log, where no other place is named. */
export function logFileIn(env: NodeJS.ProcessEnv): string {
  return join(stateDirectory(env), 'vigil.log');
}

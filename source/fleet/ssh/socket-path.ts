/** Where ssh keeps the sockets of its shared connections: a private directory with a short name. */
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';

/** Of a socket's path, with what ssh appends while it makes one (17). */
const longestPath = 100 - 17;

/** @returns a directory of this user's alone; nothing if there is none, and then connections are not shared. */
export function socketDirectoryFor(env: NodeJS.ProcessEnv): string | undefined {
  const uid = process.getuid?.() ?? 0;
  const { XDG_RUNTIME_DIR: runtime } = env;
  const places = [
    ...(runtime && isAbsolute(runtime) ? [join(runtime, 'vigil-ssh')] : []),
    `/tmp/vigil-ssh-${uid}`,
  ];
  return places.find(place => place.length + 12 <= longestPath && isPrivate(place, uid));
}

function isPrivate(path: string, uid: number): boolean {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch {
    // It may be there.
  }
  try {
    const info = lstatSync(path);
    return info.isDirectory() && info.uid === uid && (info.mode & 0o077) === 0;
  } catch {
    return false;
  }
}

/** @param about what makes connections different: the destination, and which configuration applies. */
export function socketName(about: readonly string[]): string {
  return createHash('sha256').update(about.join('\0')).digest('hex').slice(0, 10);
}

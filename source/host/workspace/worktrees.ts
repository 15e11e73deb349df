/** git worktrees: directories outside their repository (man gitrepository-layout). */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';

/** @returns the repository's directory if this is a worktree. */
export function repositoryOf(directory: string): string | undefined {
  const text = readStart(join(directory, '.git'));
  const link = /^gitdir: (.+)$/m.exec(text ?? '')?.[1]?.trim();
  if (link === undefined) return undefined;
  const own = isAbsolute(link) ? link : resolve(directory, link);
  // <repository>/.git/worktrees/<name>, or <bare repository>/worktrees/<name>
  const [, repository] = /^(.+?)(?:\/\.git)?\/worktrees\/[^/]+$/.exec(own) ?? [];
  return repository === undefined ? undefined : dirname(join(repository, 'x'));
}

const mostBytes = 4096;

/** Reads a regular file; nothing if it is something else, such as the directory of a repository
 * itself. */
function readStart(path: string): string | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
  try {
    if (!fstatSync(descriptor).isFile()) return undefined;
    const buffer = Buffer.alloc(mostBytes);
    return buffer.toString('utf8', 0, readSync(descriptor, buffer, 0, mostBytes, 0));
  } catch {
    return undefined;
  } finally {
    closeSync(descriptor);
  }
}

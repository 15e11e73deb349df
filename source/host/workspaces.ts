/** Which workspaces are meant: named ones, else the environment's, else the nearest one upward. */
import { realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Problem } from '../core/model.ts';

export const workspaceName = '.agent-workspace';

/** @param named values of -w, else of $VIGIL_WORKSPACE; with none the directories from `cwd` up
 * are searched, and finding nothing is fine.
 * @returns absolute paths, each once, and a problem for every named one that is not there. */
export function findWorkspaces(
  named: readonly string[],
  cwd: string,
): { readonly workspaces: readonly string[]; readonly problems: readonly Problem[] } {
  if (named.length === 0) {
    const nearest = nearestUpward(cwd);
    return { workspaces: nearest === undefined ? [] : [nearest], problems: [] };
  }
  /** One workspace may be named by several paths: the first stays. */
  const workspaces = new Map<string, string>();
  const add = (path: string) => {
    const real = realPath(path);
    if (!workspaces.has(real)) workspaces.set(real, path);
  };
  const problems: Problem[] = [];
  for (const name of named) {
    const path = resolve(cwd, name);
    const inside = join(path, workspaceName);
    if (basename(path) !== workspaceName && isDirectory(inside)) add(inside);
    else if (basename(path) === workspaceName && isDirectory(path)) add(path);
    else if (isDirectory(join(path, 'registry'))) add(path);
    else problems.push({ source: 'workspace', message: `${path}: ${whyNot(path)}`, unread: true });
  }
  return { workspaces: [...workspaces.values()], problems };
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function nearestUpward(cwd: string): string | undefined {
  for (let directory = cwd; ; directory = dirname(directory)) {
    if (basename(directory) === workspaceName && isDirectory(directory)) return directory;
    const path = join(directory, workspaceName);
    if (isDirectory(path)) return path;
    if (directory === dirname(directory)) return undefined;
  }
}

function whyNot(path: string): string {
  try {
    return statSync(path).isDirectory()
      ? `it holds no ${workspaceName}; name one with -w DIR`
      : 'it is not a directory; name a workspace with -w DIR';
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? 'no such workspace; name one with -w DIR' : message;
  }
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

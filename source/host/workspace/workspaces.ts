/** Selects workspaces: those named by -w, else by the environment, else the nearest one upward. */
import { lstatSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Problem } from '../../core/model/model.ts';
import { isOwnUid } from '../state/state-directory.ts';
import { repositoryOf } from './worktrees.ts';

export const workspaceName = '.agent-workspace';

export type FoundWorkspaces = {
  /** Absolute paths, each once. */
  readonly workspaces: readonly string[];
  readonly problems: readonly Problem[];
  /** Workspaces that were found rather than named and are not ours, with the reason why they are
   * read-only. */
  readonly foreign: ReadonlyMap<string, string>;
};

/** @param named values of -w, else of $VIGIL_WORKSPACE; if empty, directories from `cwd` upward are
 * searched, and finding none is fine.
 * @returns the workspaces, and a problem for each named one that does not exist. */
export function findWorkspaces(named: readonly string[], cwd: string): FoundWorkspaces {
  if (named.length === 0) {
    const nearest = nearestUpward(cwd);
    const fault = nearest === undefined ? undefined : faultOf(nearest);
    return {
      workspaces: nearest === undefined ? [] : [nearest],
      problems: [],
      foreign: new Map(nearest === undefined || fault === undefined ? [] : [[nearest, fault]]),
    };
  }
  /** A workspace may be named by several paths: the first is kept. */
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
  return { workspaces: [...workspaces.values()], problems, foreign: new Map() };
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** A git worktree belongs to its repository, wherever it is. */
function nearestUpward(cwd: string): string | undefined {
  for (let directory = cwd; ; directory = dirname(directory)) {
    if (basename(directory) === workspaceName && isDirectory(directory)) return directory;
    const path = join(directory, workspaceName);
    if (isDirectory(path)) return path;
    const repository = repositoryOf(directory);
    if (repository !== undefined && !`${directory}/`.startsWith(`${repository}/`)) {
      const found = nearestUpward(repository);
      if (found !== undefined) return found;
    }
    if (directory === dirname(directory)) return undefined;
  }
}

/** A workspace that was found rather than named is changed only if no other user can have put it
 * there, like git's `safe.directory`. @returns why not; nothing if it is ours. */
function faultOf(workspace: string): string | undefined {
  const way = 'was found, not named; use -w DIR to act on it';
  const own = lstatSync(workspace, { throwIfNoEntry: false });
  if (own === undefined) return undefined;
  if (!isOwnUid(own.uid)) return `${workspace} belongs to uid ${own.uid} and ${way}`;
  if ((own.mode & 0o002) !== 0) return `${workspace} is open to other users and ${way}`;
  const parent = statSync(dirname(workspace), { throwIfNoEntry: false });
  // In a sticky directory no user can move another's files.
  const isOpen =
    parent !== undefined && (parent.mode & 0o002) !== 0 && (parent.mode & 0o1000) === 0;
  return isOpen
    ? `${dirname(workspace)} is open to other users, and ${workspace} ${way}`
    : undefined;
}

function whyNot(path: string): string {
  try {
    return statSync(path).isDirectory()
      ? `contains no ${workspaceName}`
      : 'not a directory; expected a workspace (-w DIR)';
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? 'no such workspace (-w DIR)' : message;
  }
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

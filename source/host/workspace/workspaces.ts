/** Which workspaces are meant: named ones, else the environment's, else the nearest one upward. */
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
  /** Those that were found, not named, and are not ours, and why nothing of them is acted on. */
  readonly foreign: ReadonlyMap<string, string>;
};

/** @param named values of -w, else of $VIGIL_WORKSPACE; with none the directories from `cwd` up
 * are searched, and finding nothing is fine.
 * @returns them, and a problem for every named one that is not there. */
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
  return { workspaces: [...workspaces.values()], problems, foreign: new Map() };
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** A worktree of git belongs to its repository, wherever it lies. */
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

/** One that was found, not named, is only acted on where nobody else can have put it there, as git has it with
 * `safe.directory`. @returns why not; nothing where it is ours. */
function faultOf(workspace: string): string | undefined {
  const way = 'was found, not named; use -w DIR to act on it';
  const own = lstatSync(workspace, { throwIfNoEntry: false });
  if (own === undefined) return undefined;
  if (!isOwnUid(own.uid)) return `${workspace} belongs to uid ${own.uid} and ${way}`;
  if ((own.mode & 0o002) !== 0) return `${workspace} is open to other users and ${way}`;
  const parent = statSync(dirname(workspace), { throwIfNoEntry: false });
  // In a directory with the sticky bit nobody can move what is another's.
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

/** Selects workspaces: those named by -w, else by the environment, else the nearest one upward;
 * and finds those that other processes use. */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import type { Problem, Process, RegistryReading } from '../../core/model/model.ts';
import type { RegistriesReading } from '../../core/ports/registries.ts';
import { readWorkingDirectories } from '../processes/portable/working-directories.ts';
import { processSource, procRoot } from '../processes/process-source.ts';
import { createRegistriesReader } from '../registry/files.ts';
import { codeOf, linkAt, namesIn, tryTo } from '../run/try-to.ts';
import { isOwnUid } from '../state/state-directory.ts';

const workspaceName = '.agent-workspace';

/** Absolute paths, each once. */
export type FoundWorkspaces = Required<Omit<RegistriesReading, 'registries'>>;

/** @param named values of -w, else of $VIGIL_WORKSPACE; if empty, directories from `cwd` upward are
 * searched, and finding none is fine.
 * @returns the workspaces, and a problem for each named one that does not exist. */
export function findWorkspaces(named: readonly string[], cwd: string): FoundWorkspaces {
  if (named.length === 0) {
    const nearest = nearestUpward(cwd);
    if (nearest === undefined) return { workspaces: [], problems: [], foreign: new Map() };
    const fault = foreignFault(nearest);
    const foreign = new Map(fault === undefined ? [] : [[nearest, fault]]);
    return { workspaces: [nearest], problems: [], foreign };
  }
  /** A workspace may be named by several paths: the first is kept. */
  const workspaces = new Map<string, string>();
  const add = (path: string) => {
    const real = realPathOf(path);
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

export function realPathOf(path: string): string {
  return tryTo(() => realpathSync(path)) ?? path;
}

/** A git worktree belongs to its repository, wherever it is. */
export function nearestUpward(cwd: string): string | undefined {
  return upward(cwd, directory => {
    if (basename(directory) === workspaceName && isDirectory(directory)) return directory;
    const path = join(directory, workspaceName);
    return isDirectory(path) ? path : undefined;
  });
}

/** From a directory to the root; from a git worktree by way of its repository. Links may lead in a circle.
 * @returns what is found first. */
function upward(
  cwd: string,
  find: (directory: string) => string | undefined,
  seen = new Set<string>(),
): string | undefined {
  for (let directory = cwd; !seen.has(directory); directory = dirname(directory)) {
    seen.add(directory);
    const found = find(directory) ?? throughRepository(directory, find, seen);
    if (found !== undefined) return found;
  }
  return undefined;
}

function throughRepository(
  directory: string,
  find: (directory: string) => string | undefined,
  seen: Set<string>,
): string | undefined {
  const repository = repositoryOf(directory);
  if (repository === undefined || `${directory}/`.startsWith(`${repository}/`)) return undefined;
  return upward(repository, find, seen);
}

/** A git worktree may have a copy of its repository's workspace: both may record what works in it.
 * @returns the nearest workspace, and that of the repository. */
function workspacesAround(cwd: string): readonly string[] {
  const nearest = nearestUpward(cwd);
  const repository = upward(cwd, repositoryOf);
  const main = repository === undefined ? undefined : nearestUpward(repository);
  return [...new Set([nearest, main])].flatMap(path => path ?? []);
}

/** @returns the repository's directory if this is a git worktree outside it (man
 * gitrepository-layout). */
function repositoryOf(directory: string): string | undefined {
  const text = readStart(join(directory, '.git'));
  const link = /^gitdir: (.+)$/m.exec(text ?? '')?.[1]?.trim();
  if (link === undefined) return undefined;
  const own = isAbsolute(link) ? link : resolve(directory, link);
  // <repository>/.git/worktrees/<name>, or <bare repository>/worktrees/<name>
  const [, repository] = /^(.+?)(?:\/\.git)?\/worktrees\/[^/]+$/.exec(own) ?? [];
  return repository === undefined ? undefined : dirname(join(repository, 'x'));
}

const longestLink = 4096;

/** Reads a regular file; nothing if it is something else, such as the directory of a repository
 * itself. */
function readStart(path: string): string | undefined {
  const descriptor = tryTo(() => openSync(path, constants.O_RDONLY | constants.O_NONBLOCK));
  if (descriptor === undefined) return undefined;
  const text = tryTo(() => {
    if (!fstatSync(descriptor).isFile()) return undefined;
    const buffer = Buffer.alloc(longestLink);
    return buffer.toString('utf8', 0, readSync(descriptor, buffer, 0, longestLink, 0));
  });
  closeSync(descriptor);
  return text;
}

/** A workspace that was found rather than named is changed only if no other user can have put it
 * there, like git's `safe.directory`. @returns why not; nothing if it is ours. */
export function foreignFault(workspace: string): string | undefined {
  const way = 'was found, not named; use -w DIR to act on it';
  const own = lstatSync(workspace, { throwIfNoEntry: false });
  if (own === undefined) return undefined;
  if (!isOwnUid(own.uid)) return `${workspace} belongs to uid ${own.uid} and ${way}`;
  if ((own.mode & 0o002) !== 0) return `${workspace} is open to other users and ${way}`;
  const parent = statSync(dirname(workspace), { throwIfNoEntry: false });
  // In a sticky directory no user can move another's files.
  if (parent === undefined || (parent.mode & 0o002) === 0 || (parent.mode & 0o1000) !== 0)
    return undefined;
  return `${dirname(workspace)} is open to other users, and ${workspace} ${way}`;
}

function whyNot(path: string): string {
  try {
    return statSync(path).isDirectory()
      ? `contains no ${workspaceName}`
      : 'not a directory; expected a workspace (-w DIR)';
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? 'no such workspace (-w DIR)' : (error as Error).message;
  }
}

export function isDirectory(path: string): boolean {
  return tryTo(() => statSync(path).isDirectory()) === true;
}

/** Registries of the workspaces that processes use, by working directory, open files and command
 * lines. The result only ever spares processes: a path in a command line is a hint, never evidence
 * of ownership. */
export async function readRegistriesAround(
  processes: readonly Process[],
  known: readonly string[],
): Promise<readonly RegistryReading[]> {
  const directories = await directoriesElsewhere(processes);
  if (!directories.ok) return [unreadAround(directories.reason)];
  const found = new Set(
    [...pathsOf(processes, directories.value)].flatMap(path => workspacesAround(path)),
  );
  for (const workspace of known) found.delete(workspace);
  if (found.size === 0) return [];
  return (await createRegistriesReader([...found], [])()).registries;
}

/** Working directories that are not links of /proc. */
async function directoriesElsewhere(processes: readonly Process[]) {
  const pids = processSource === 'portable' ? processes.map(({ pid }) => pid) : [];
  return readWorkingDirectories(pids);
}

/** No directory is known, so any process may be another workspace's. */
function unreadAround(reason: string): RegistryReading {
  return {
    path: 'a workspace around its processes',
    workspace: '',
    scope: 'global',
    kind: 'json',
    modifiedAt: 0,
    ownerUid: process.getuid?.() ?? -1,
    reading: { ok: false, reason },
  };
}

/** Paths that these processes work in, have open, or name. Most agents share most of theirs.
 * @param directories working directories that are not links of /proc, by pid. */
function pathsOf(
  processes: readonly Process[],
  directories: ReadonlyMap<number, string>,
): ReadonlySet<string> {
  const paths = new Set<string>();
  for (const { pid, argv } of processes) {
    const opened = `${procRoot}/${pid}/fd`;
    const links = [`${procRoot}/${pid}/cwd`, ...namesIn(opened).map(name => join(opened, name))];
    const own = directories.get(pid) ?? [];
    for (const path of [own, ...links.map(link => linkAt(link) ?? []), ...argv].flat()) {
      const place = path.indexOf(`/${workspaceName}`);
      const named = path.slice(path.indexOf('/'), place + workspaceName.length + 1);
      if (place >= 0) paths.add(dirname(named));
      else if (path.startsWith('/')) paths.add(path);
    }
  }
  return paths;
}

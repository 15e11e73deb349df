/** Lists possible leftovers in a workspace by name and time; no file is opened. */
import { lstatSync, rmdirSync, unlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { FoundFile } from '../../core/lifecycle/leftover-files.ts';
import { type AgentPlace, ownerOfFile } from '../../core/registry/agent-names.ts';
import { namesIn } from '../run/try-to.ts';
import { places, withDirectory } from './agent-directories.ts';

/** Queue locks, journals and temporary files of vigil's own writes. */
const ownLock = /^(GLOBAL|AGENT)_REGISTRY\.json\.lock$/;
const ownTemporary =
  /^(\.(GLOBAL|AGENT)_REGISTRY\.json\.vigil-journal\.tmp|shutdown_state\.json\.tmp|\.vigil-\d+\.tmp)$/;

export function listLeftovers(workspace: string): FoundFile[] {
  const tasks = sortedNamesIn(workspace).filter(name => name.startsWith('TASK-'));
  return [
    ...ownFiles(workspace, ''),
    ...ownFiles(workspace, 'registry'),
    ...tasks.flatMap(task => [
      ...agentFiles(workspace, task, ''),
      ...ownFiles(workspace, task),
      ...places.flatMap(place => [
        ...agentFiles(workspace, task, place),
        ...ownFiles(workspace, join(task, place)),
        ...directory(workspace, task, place),
      ]),
    ]),
  ];
}

/** Follows no link; a file modified since it was listed is in use again and is kept. */
export function removeOwn({ workspace, path, kind, modifiedAt }: FoundFile): boolean {
  const steps = dirname(path) === '.' ? [] : dirname(path).split('/');
  return withDirectory(workspace, steps, directory => {
    const target = `${directory}/${basename(path)}`;
    const info = lstatSync(target, { throwIfNoEntry: false });
    if (info === undefined || info.mtimeMs > modifiedAt) return false;
    if (kind === 'lock') rmdirSync(target);
    else unlinkSync(target);
    return true;
  });
}

function agentFiles(workspace: string, task: string, place: AgentPlace): FoundFile[] {
  return entriesIn(join(workspace, task, place)).flatMap(({ name, info }) => {
    const owner = info.isFile() ? ownerOfFile(place, name) : undefined;
    if (owner === undefined) return [];
    const kind = owner.name === 'prompt_file' ? 'prompt' : 'log';
    const { agentId } = owner;
    const modifiedAt = info.mtimeMs;
    return [{ workspace, task, place, path: join(place, name), kind, agentId, modifiedAt }];
  });
}

/** @param directory below the workspace. */
function ownFiles(workspace: string, directory: string): FoundFile[] {
  return entriesIn(join(workspace, directory)).flatMap(({ name, info }): FoundFile[] => {
    const kind = ownLock.test(name) ? 'lock' : ownTemporary.test(name) ? 'temporary' : undefined;
    if (kind === undefined || info.isDirectory() !== (kind === 'lock')) return [];
    const path = join(directory, name);
    return [{ workspace, task: '', place: '', path, kind, modifiedAt: info.mtimeMs }];
  });
}

function entriesIn(directory: string) {
  return sortedNamesIn(directory).flatMap(name => {
    const info = lstatSync(join(directory, name), { throwIfNoEntry: false });
    return info === undefined ? [] : [{ name, info }];
  });
}

function directory(workspace: string, task: string, place: (typeof places)[number]): FoundFile[] {
  const path = join(workspace, task, place);
  const info = lstatSync(path, { throwIfNoEntry: false });
  if (info === undefined || !info.isDirectory()) return [];
  const own = { workspace, task, place, path: place, modifiedAt: info.mtimeMs };
  return [{ ...own, kind: 'directory', entries: namesIn(path).length }];
}

function sortedNamesIn(directory: string): readonly string[] {
  return [...namesIn(directory)].sort();
}

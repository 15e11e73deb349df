/** Directories and files of a task's agents. Directories are opened one by one without following
 * links and are then addressed by descriptor, so that replacing one with a link has no effect. */
import { closeSync, fsyncSync, mkdirSync, realpathSync, rmdirSync, unlinkSync } from 'node:fs';
import { basename } from 'node:path';
import type { AgentPlace } from '../../core/registry/agent-names.ts';
import type { AgentFile } from '../../core/termination/agent-files.ts';
import { openNew, writeAll } from '../registry/durable-file.ts';
import { codeOf, hasCode, tryTo } from '../run/try-to.ts';
import { type OpenDirectory, openDirectory, openSteps, verify } from './open-directory.ts';

/** The subdirectories of a task. */
export const places = ['logs', 'progress', 'findings'] as const;

/** Creates a task's missing directories, and verifies that all are writable.
 * @throws the system's error; directories created here are removed then. */
export function ensureAgentDirectories(workspace: string, task: string): readonly AgentPlace[] {
  return withDirectory(workspace, [task], directory => {
    const made: AgentPlace[] = [];
    try {
      for (const place of places) {
        if (makeDirectory(`${directory}/${place}`)) made.push(place);
        proveWritable(`${directory}/${place}`);
      }
      return made;
    } catch (error) {
      for (const place of made) tryTo(() => rmdirSync(`${directory}/${place}`));
      throw error;
    }
  });
}

/** @throws if it exists, and on system errors; nothing is left then. */
export function createAgentFile(file: AgentFile, content: string): void {
  withAgentDirectory(file, directory => {
    const target = `${directory}/${basename(file.path)}`;
    const descriptor = openNew(target);
    try {
      writeAll(descriptor, Buffer.from(content), 0);
      fsyncSync(descriptor);
    } catch (error) {
      tryTo(() => unlinkSync(target));
      throw error;
    } finally {
      closeSync(descriptor);
    }
  });
}

/** @returns whether it existed and was empty. */
export function removeEmptyDirectory(workspace: string, task: string, place: AgentPlace): boolean {
  return withDirectory(workspace, [task], directory => {
    try {
      rmdirSync(`${directory}/${place}`);
      return true;
    } catch (error) {
      if (hasCode(error, 'ENOTEMPTY', 'EEXIST', 'ENOENT')) return false;
      throw error;
    }
  });
}

/** @param work gets the descriptors of the file's directory and the task's. */
export function withAgentDirectory<T>(
  { workspace, task, place }: AgentFile,
  work: (directory: string, task: string) => T,
): T {
  const steps = place === '' ? [task] : [task, place];
  return withDirectory(workspace, steps, (directory, [, own = directory]) => work(directory, own));
}

/** The workspace is the user's own choice; below it no link is followed.
 * @param work gets the last directory, and all on the path from the workspace to it. */
export function withDirectory<T>(
  workspace: string,
  steps: readonly string[],
  work: (directory: string, way: readonly string[]) => T,
): T {
  const wrong = steps.find(step => /^\.\.?$|[/\0]/.test(step));
  if (wrong !== undefined) throw new Error(`${wrong} is not a directory name`);
  const opened: OpenDirectory[] = [];
  try {
    const { way, restore } = openSteps([realpathSync(workspace), ...steps], opened);
    try {
      return work(way.at(-1) as string, way);
    } finally {
      restore();
    }
  } finally {
    for (const { descriptor } of opened) closeSync(descriptor);
  }
}

function makeDirectory(path: string): boolean {
  try {
    mkdirSync(path, { mode: 0o700 });
    return true;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    return false;
  }
}

/** Permissions prove nothing for root or on a read-only file system, so a write is tried. */
function proveWritable(directory: string): void {
  const open = openDirectory(directory);
  const { descriptor, address } = open;
  try {
    verify(open);
    const probe = `${address}/.vigil-${process.pid}.tmp`;
    closeSync(openNew(probe));
    unlinkSync(probe);
  } finally {
    closeSync(descriptor);
  }
}

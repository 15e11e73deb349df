/** Removing and archiving files that a registry entry names. The path is a trap until proven: only a
 * plain file of ours, with one link, whose name carries the agent's id, directly in its place under
 * the workspace, and no link on the way there. */
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  unlinkSync,
} from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { Reading } from '../../core/model.ts';
import type { AgentFile } from '../../core/termination/agent-files.ts';
import { faultOf, reasonOf } from './safe-file.ts';

const gone = 'it is not there';

/** @returns whether it was there; why it is kept, where it is no file that may be removed. */
export function removeAgentFile(file: AgentFile): Reading<boolean> {
  return inPlace(file, (directory, name) => unlinkSync(`${directory}/${name}`));
}

/** @returns whether it is there; why it would be kept, where it is no file that may be removed. */
export function hasAgentFile(file: AgentFile): Reading<boolean> {
  return inPlace(file, () => undefined);
}

/** Moves the file into the task's `archive/`. A name that is taken there gets a number. */
export function archiveAgentFile(file: AgentFile): Reading<boolean> {
  return inPlace(file, (directory, name, task) => {
    const archive = openArchive(task);
    try {
      for (let count = 0; ; count++) {
        const target = `/proc/self/fd/${archive}/${count === 0 ? name : `${name}.${count}`}`;
        if (lstatSync(target, { throwIfNoEntry: false }) !== undefined) continue;
        renameSync(`${directory}/${name}`, target);
        fsyncSync(archive);
        return;
      }
    } finally {
      closeSync(archive);
    }
  });
}

/** @returns why the path is not one of the agent's own in its place; nothing where it is. */
export function misplaced({
  workspace,
  task,
  agentId,
  place,
  path,
}: AgentFile): string | undefined {
  const taskDirectory = resolve(workspace, task);
  if (basename(task) !== task || task === '' || task === '.' || task === '..')
    return 'its task is no name of a directory';
  if (dirname(resolve(taskDirectory, path)) !== resolve(taskDirectory, place))
    return `it is not directly in ${resolve(taskDirectory, place)}`;
  if (agentId === '' || !basename(path).includes(agentId))
    return 'its name does not have the agent’s id';
  return undefined;
}

/** Directories are opened one by one without following links, and from then on named by their
 * descriptors: whoever swaps one for a link changes nothing. */
function inPlace(
  file: AgentFile,
  act: (directory: string, name: string, task: number) => void,
): Reading<boolean> {
  const { workspace, task, place, path } = file;
  const unsafe = (why: string) => ({ ok: false, reason: `unsafe path ${path}: ${why}` }) as const;
  const name = basename(path);
  const wrong = misplaced(file);
  if (wrong !== undefined) return unsafe(wrong);
  const open: number[] = [];
  try {
    // The workspace is the person's own choice; below it no link is followed.
    for (const step of [realpathSync(workspace), task, place].filter(each => each !== '')) {
      const parent = open.at(-1);
      open.push(openDirectory(parent === undefined ? step : `/proc/self/fd/${parent}/${step}`));
    }
    const directory = `/proc/self/fd/${open.at(-1)}`;
    const fault = faultOf(lstatSync(`${directory}/${name}`, { bigint: true }));
    if (fault !== undefined) return unsafe(fault);
    act(directory, name, open[1] as number);
    return { ok: true, value: true };
  } catch (error) {
    const reason = reasonOf(error);
    return reason === gone ? { ok: true, value: false } : unsafe(reason);
  } finally {
    for (const descriptor of open) closeSync(descriptor);
  }
}

function openDirectory(path: string): number {
  const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
  return openSync(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
}

/** @param task descriptor of the task's directory. */
function openArchive(task: number): number {
  const path = `/proc/self/fd/${task}/archive`;
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const archive = openDirectory(path);
  if (fstatSync(archive).uid === process.geteuid?.()) return archive;
  closeSync(archive);
  throw new Error('its archive belongs to another user');
}

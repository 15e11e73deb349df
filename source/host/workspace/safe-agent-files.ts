/** Removes and archives files named by a registry entry. The path is untrusted: the file must be
 * a regular file of ours with a single link, named after the agent, directly in its directory of
 * the workspace, without links on the path. */
import { closeSync, fstatSync, fsyncSync, lstatSync, renameSync, unlinkSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { Reading } from '../../core/model/model.ts';
import { type AgentFile, filesOf } from '../../core/termination/agent-files.ts';
import { makeOwnDirectory } from '../registry/durable-file.ts';
import { faultOf, reasonOf } from '../registry/safe-file.ts';
import { codeOf } from '../run/try-to.ts';
import { withAgentDirectory } from './agent-directories.ts';
import { type OpenDirectory, openDirectory, verify } from './open-directory.ts';

/** @returns whether it existed; why it is kept, if it may not be removed. */
export function removeAgentFile(file: AgentFile): Reading<boolean> {
  return inPlace(file, (directory, name) => unlinkSync(`${directory}/${name}`));
}

/** @returns whether it exists; why it would be kept, if it may not be removed. */
export function hasAgentFile(file: AgentFile): Reading<boolean> {
  return inPlace(file, () => undefined);
}

/** Moves the file into the task's `archive/`, a prompt as `prompt_ID.txt`, with a number appended if the name
 * is taken.
 * @returns where it is now; undefined if it did not exist. */
export function archiveAgentFile(file: AgentFile): Reading<string | undefined> {
  let archived: string | undefined;
  const done = inPlace(file, (directory, name, task) => {
    const archive = openArchive(task);
    // A search for prompts of agents must not find those of ended ones.
    const kept = name.replace(/^agent_prompt_/, 'prompt_');
    try {
      for (let count = 0; ; count++) {
        const free = count === 0 ? kept : `${kept}.${count}`;
        const target = `${archive.address}/${free}`;
        if (lstatSync(target, { throwIfNoEntry: false }) !== undefined) continue;
        verify(archive);
        renameSync(`${directory}/${name}`, target);
        fsyncSync(archive.descriptor);
        archived = resolve(file.workspace, file.task, 'archive', free);
        return;
      }
    } finally {
      closeSync(archive.descriptor);
    }
  });
  return done.ok ? { ok: true, value: archived } : done;
}

/** @returns why the path is not an agent's own file; nothing if it is. */
export function misplaced(file: AgentFile): string | undefined {
  const { workspace, task, agentId, place, path } = file;
  const taskDirectory = resolve(workspace, task);
  if (basename(task) !== task || task === '' || task === '.' || task === '..')
    return 'its task is not a directory name';
  if (dirname(resolve(taskDirectory, path)) !== resolve(taskDirectory, place))
    return `not directly in ${resolve(taskDirectory, place)}`;
  const isOwn = filesOf(agentId, workspace, task).some(
    own => own.place === place && basename(own.path) === basename(path),
  );
  return agentId === '' || !isOwn ? 'not one of the agent’s own files' : undefined;
}

function inPlace(
  file: AgentFile,
  act: (directory: string, name: string, task: string) => void,
): Reading<boolean> {
  const { path } = file;
  const unsafe = (why: string) => ({ ok: false, reason: `unsafe path ${path}: ${why}` }) as const;
  const name = basename(path);
  const wrong = misplaced(file);
  if (wrong !== undefined) return unsafe(wrong);
  try {
    return withAgentDirectory(file, (directory, task) => {
      const fault = faultOf(lstatSync(`${directory}/${name}`, { bigint: true }));
      if (fault !== undefined) return unsafe(fault);
      act(directory, name, task);
      return { ok: true, value: true };
    });
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? { ok: true, value: false } : unsafe(reasonOf(error));
  }
}

/** @param task the descriptor of the task's directory. */
function openArchive(task: string): OpenDirectory {
  const path = `${task}/archive`;
  makeOwnDirectory(path);
  const archive = openDirectory(path);
  if (fstatSync(archive.descriptor).uid === process.geteuid?.()) return archive;
  closeSync(archive.descriptor);
  throw new Error('its archive belongs to another user');
}

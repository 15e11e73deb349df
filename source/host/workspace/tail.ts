/** Reads the end of an agent's log. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import type { Reading } from '../../core/model/model.ts';
import type { AgentFile } from '../../core/termination/agent-files.ts';
import { reasonOf } from '../registry/safe-file.ts';
import { withAgentDirectory } from './agent-directories.ts';
import { misplaced } from './safe-agent-files.ts';

/** Enough for a screen of long lines. */
const mostBytes = 64 * 1024;
const mostLines = 50;

/** @returns the last lines, newest last; no value if there is no such file. Only regular files in
 * the task's own directories are read. */
export function readTail(file: AgentFile): Reading<readonly string[] | undefined> {
  const fault = misplaced(file);
  if (fault !== undefined) return { ok: false, reason: fault };
  try {
    return withAgentDirectory(file, directory => readEnd(`${directory}/${basename(file.path)}`));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT'
      ? { ok: true, value: undefined }
      : { ok: false, reason: reasonOf(error) };
  }
}

function readEnd(path: string): Reading<readonly string[]> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const descriptor = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const info = fstatSync(descriptor);
    if (!info.isFile()) return { ok: false, reason: 'not a regular file' };
    const from = Math.max(0, info.size - mostBytes);
    const buffer = Buffer.alloc(Math.min(info.size, mostBytes));
    const length = readSync(descriptor, buffer, 0, buffer.length, from);
    const lines = buffer.toString('utf8', 0, length).split('\n');
    // The first line is cut, unless it is the file's first.
    if (from > 0) lines.shift();
    return { ok: true, value: lines.filter(line => line.trim() !== '').slice(-mostLines) };
  } finally {
    closeSync(descriptor);
  }
}

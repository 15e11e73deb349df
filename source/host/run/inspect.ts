/** Details of one row: working directories, ports, registry entries, ends of logs, pane. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import type { Inspection, PaneRef, Subject } from '../../core/model/inspection.ts';
import type { ProcessRef, Reading } from '../../core/model/model.ts';
import { fieldsOf } from '../../core/registry/fields.ts';
import type { AgentFile } from '../../core/termination/agent-files.ts';
import { unreadPorts } from '../processes/portable/unread-ports.ts';
import { readWorkingDirectories } from '../processes/portable/working-directories.ts';
import { readDirectories } from '../processes/proc-directories.ts';
import { readPorts } from '../processes/proc-ports.ts';
import { processSource } from '../processes/process-source.ts';
import { readRegistryText } from '../registry/content.ts';
import { reasonOf } from '../registry/safe-file.ts';
import { isDatabase } from '../registry/sqlite/database-path.ts';
import { askTmux } from '../tmux/tmux-client.ts';
import { withAgentDirectory } from '../workspace/agent-directories.ts';
import { misplaced } from '../workspace/safe-agent-files.ts';
import { codeOf } from './try-to.ts';
import { within } from './within.ts';

/** A hung file system only delays the parts that need it. */
const readTimeoutMs = 2000;
/** How much of a file's end is read. */
type Depth = { readonly mostBytes: number; readonly mostLines: number };
/** Enough for a screen of long lines. */
const shallow: Depth = { mostBytes: 64 * 1024, mostLines: 50 };
/** For the log view. */
const deep: Depth = { mostBytes: 256 * 1024, mostLines: 5000 };
/** Of a pane's history, where the pane stands for a log. */
const mostHistory = 2000;

/** Reads only. Never throws; each part is a value or a reason. */
export async function inspect(subject: Subject): Promise<Inspection> {
  const { key, aspect, agentId = '', processes, pane, registries } = subject;
  const isLog = aspect === 'log';
  const tails = subject.tails.map(file => ({
    name: file.name,
    lines: readTail(file, isLog ? deep : shallow),
  }));
  const hasLog = isLog && tails.some(({ lines }) => !lines.ok || lines.value !== undefined);
  const [screen, records, directories] = await Promise.all([
    pane === undefined || hasLog ? undefined : readPane(pane, isLog ? mostHistory : 0),
    Promise.all(registries.map(path => readRecord(path, agentId))),
    directoriesOf(processes),
  ]);
  return {
    key,
    aspect,
    directories,
    ports: processSource === 'portable' ? unreadPorts(processes) : readPorts(processes),
    records,
    tails,
    screen,
  };
}

async function readRecord(path: string, agentId: string) {
  if (isDatabase(path)) {
    const { readDatabaseFields } = await import('../registry/sqlite/read-database.ts');
    return { path, fields: await readDatabaseFields(path, agentId) };
  }
  const slow = { ok: false, reason: 'no answer from its file system' } as const;
  const text = await within(readRegistryText(path), readTimeoutMs, () => slow);
  return { path, fields: text.ok ? fieldsOf(text.value, agentId) : text };
}

/** As they are now, where a poll keeps them for a while. */
async function directoriesOf(processes: readonly ProcessRef[]) {
  if (processSource !== 'portable') return readDirectories(processes);
  const read = await readWorkingDirectories(processes.map(({ pid }) => pid));
  return read.ok ? read.value : new Map<number, string>();
}

/** @param history lines above the visible ones, at most. */
async function readPane(
  { socketPath, serverPid, id }: PaneRef,
  history: number,
): Promise<Reading<string[]>> {
  const reading = await askTmux(socketPath, [
    ...['display-message', '-p', '-t', id, '#{pid}'],
    ...[';', 'capture-pane', '-p', '-S', `-${history}`, '-t', id],
  ]);
  if (!reading.ok) return reading;
  const [server, ...lines] = reading.value.trimEnd().split('\n');
  if (Number(server) !== serverPid) return { ok: false, reason: 'the tmux server was replaced' };
  return { ok: true, value: lines.map(line => line.trimEnd()) };
}

/** @returns the last lines, newest last; no value if there is no such file. Only regular files in
 * the task's own directories are read. */
function readTail(file: AgentFile, depth: Depth): Reading<readonly string[] | undefined> {
  const fault = misplaced(file);
  if (fault !== undefined) return { ok: false, reason: fault };
  try {
    return withAgentDirectory(file, directory =>
      readEnd(`${directory}/${basename(file.path)}`, depth),
    );
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { ok: true, value: undefined };
    return { ok: false, reason: reasonOf(error) };
  }
}

function readEnd(path: string, { mostBytes, mostLines }: Depth): Reading<readonly string[]> {
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

/** Details of one row: working directories, ports, registry entries, ends of files, pane. */
import { readlinkSync } from 'node:fs';
import type { Inspection, PaneRef, Subject } from '../../core/model/inspection.ts';
import type { ProcessRef, Reading } from '../../core/model/model.ts';
import { fieldsOf } from '../../core/registry/fields.ts';
import { readPorts } from '../processes/proc-ports.ts';
import { readRegistryText } from '../registry/content.ts';
import { askTmux } from '../tmux/tmux-client.ts';
import { readTail } from '../workspace/tail.ts';
import { within } from './within.ts';

/** A hung file system only delays the parts that need it. */
const readTimeoutMs = 2000;

/** Reads only. Never throws; each part is a value or a reason. */
export async function inspect(subject: Subject): Promise<Inspection> {
  const { key, agentId = '', processes, pane, registries, tails } = subject;
  const [screen, records] = await Promise.all([
    pane === undefined ? undefined : readPane(pane),
    Promise.all(registries.map(path => readRecord(path, agentId))),
  ]);
  return {
    key,
    directories: readDirectories(processes),
    ports: readPorts(processes),
    records,
    tails: tails.map(file => ({ name: file.name, lines: readTail(file) })),
    screen,
  };
}

async function readRecord(path: string, agentId: string) {
  const slow = { ok: false, reason: 'no answer from its file system' } as const;
  const text = await within(readRegistryText(path), readTimeoutMs, () => slow);
  return { path, fields: text.ok ? fieldsOf(text.value, agentId) : text };
}

/** Working directories by pid; a process that is gone has none. */
export function readDirectories(processes: readonly ProcessRef[]): ReadonlyMap<number, string> {
  const directories = new Map<number, string>();
  for (const { pid } of processes)
    try {
      directories.set(pid, readlinkSync(`/proc/${pid}/cwd`));
    } catch {
      // Gone, or another user's.
    }
  return directories;
}

async function readPane({ socketPath, serverPid, id }: PaneRef): Promise<Reading<string[]>> {
  const reading = await askTmux(socketPath, [
    ...['display-message', '-p', '-t', id, '#{pid}'],
    ...[';', 'capture-pane', '-p', '-t', id],
  ]);
  if (!reading.ok) return reading;
  const [server, ...lines] = reading.value.trimEnd().split('\n');
  if (Number(server) !== serverPid) return { ok: false, reason: 'the tmux server was replaced' };
  return { ok: true, value: lines.map(line => line.trimEnd()) };
}

/** TCP ports that processes listen on: entries of the kernel's tables that match their
 * descriptors. Read for a plan, never in a poll. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { ProcessRef, Reading } from '../../core/model/model.ts';
import { codeOf, hasCode } from '../run/try-to.ts';
import { readStat } from './identity.ts';

/** Ports by socket inode. */
type Listening = ReadonlyMap<string, number>;

/** @param root the mount point of procfs.
 * @returns ports by pid; a reason for an unreadable process, none for one that is gone. */
export function readPorts(
  processes: readonly ProcessRef[],
  root = '/proc',
): ReadonlyMap<number, Reading<readonly number[]>> {
  // Containers have their own tables: read once per network namespace.
  const tables = new Map<string, Reading<Listening>>();
  const tableOf = (path: string) => {
    const namespace = readlinkSync(`${path}/ns/net`);
    const table = tables.get(namespace) ?? readTables(`${path}/net`);
    tables.set(namespace, table);
    return table;
  };
  const portsOf = (process: ProcessRef): Reading<readonly number[]> => {
    const path = `${root}/${process.pid}`;
    try {
      if (readStat(`${path}/stat`)?.start !== process.start) return { ok: true, value: [] };
      const table = tableOf(path);
      if (!table.ok || table.value.size === 0) return table.ok ? { ok: true, value: [] } : table;
      return { ok: true, value: listenedOn(`${path}/fd`, table.value) };
    } catch (error) {
      if (hasCode(error, 'ENOENT', 'ESRCH')) return { ok: true, value: [] };
      return { ok: false, reason: (error as Error).message };
    }
  };
  return new Map(processes.map(process => [process.pid, portsOf(process)]));
}

function listenedOn(directory: string, listening: Listening): number[] {
  const ports = new Set<number>();
  for (const name of readdirSync(directory)) {
    const [, inode] = /^socket:\[(\d+)\]$/.exec(linkOf(`${directory}/${name}`)) ?? [];
    const port = inode === undefined ? undefined : listening.get(inode);
    if (port !== undefined) ports.add(port);
  }
  return [...ports];
}

/** A descriptor closed after the listing has no target. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return '';
    throw error;
  }
}

function readTables(directory: string): Reading<Listening> {
  const listening = new Map<string, number>();
  for (const name of ['tcp', 'tcp6']) {
    try {
      const text = readFileSync(`${directory}/${name}`, 'latin1');
      for (const { inode, port } of parseListening(text)) listening.set(inode, port);
    } catch (error) {
      // A kernel without IPv6 has no tcp6.
      if (codeOf(error) === 'ENOENT' && name === 'tcp6') continue;
      return { ok: false, reason: (error as Error).message };
    }
  }
  return { ok: true, value: listening };
}

/** TCP_LISTEN of the kernel's tcp_states.h. */
const listenState = '0A';

/** `0: 0100007F:0BB8 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 12345 …` */
export function parseListening(text: string): { inode: string; port: number }[] {
  return text.split('\n').flatMap(line => {
    const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/ +/);
    const port = Number.parseInt(local.slice(local.lastIndexOf(':') + 1), 16);
    return state === listenState && port > 0 && /^\d+$/.test(inode) ? [{ inode, port }] : [];
  });
}

/** TCP ports that processes listen on: entries of the kernel's tables that match their
 * descriptors. Read for a plan, or for a filter that names ports. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { identityOf, type ProcessRef, type Reading } from '../../core/model/model.ts';
import { codeOf, hasCode } from '../run/try-to.ts';
import { readStat } from './proc-identity.ts';

/** Ports by socket inode. */
type Listening = ReadonlyMap<string, number>;

/** Of a network namespace. @property version counts the readings that had a new socket. */
type Table = { readonly ports: Listening; readonly version: number };

/** What the descriptors of a process were, and the table's version then. */
type Known = {
  readonly namespace: string;
  readonly version: number;
  /** Their numbers. */
  readonly numbers: string;
  readonly sockets: readonly string[];
};

/** Above it, all are read again: most are of processes that are gone. */
const mostKnown = 20_000;

export type PortReader = (
  processes: readonly ProcessRef[],
) => ReadonlyMap<number, Reading<readonly number[]>>;

/** The reader keeps what it has read, as each descriptor costs a system call: descriptors are read again only
 * where their numbers have changed or a new socket listens.
 * @param root the mount point of procfs.
 * @returns ports by pid; a reason for an unreadable process, none for one that is gone. */
export function createPortReader(root = '/proc'): PortReader {
  const known = new Map<string, Known>();
  // Containers have their own tables.
  const earlier = new Map<string, Table>();
  return processes => {
    if (known.size > mostKnown) known.clear();
    const tables = new Map<string, Reading<Table>>();
    const tableOf = (namespace: string, path: string): Reading<Table> => {
      const table = tables.get(namespace) ?? readTables(`${path}/net`, earlier.get(namespace));
      tables.set(namespace, table);
      if (table.ok) earlier.set(namespace, table.value);
      return table;
    };
    const portsOf = (process: ProcessRef): readonly number[] => {
      const path = `${root}/${process.pid}`;
      if (readStat(`${path}/stat`)?.start !== process.start) return [];
      const seen = known.get(identityOf(process));
      const namespace = seen?.namespace ?? readlinkSync(`${path}/ns/net`);
      const table = tableOf(namespace, path);
      if (!table.ok) throw new Error(table.reason);
      const { ports, version } = table.value;
      if (ports.size === 0) return [];
      const names = readdirSync(`${path}/fd`);
      const numbers = names.join();
      const isSame = seen?.numbers === numbers && seen.version === version;
      const sockets = isSame ? seen.sockets : socketsIn(`${path}/fd`, names);
      known.set(identityOf(process), { namespace, version, numbers, sockets });
      return [...new Set(sockets.flatMap(inode => ports.get(inode) ?? []))];
    };
    return new Map(processes.map(process => [process.pid, readingOf(() => portsOf(process))]));
  };
}

function readingOf(read: () => readonly number[]): Reading<readonly number[]> {
  try {
    return { ok: true, value: read() };
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ESRCH')) return { ok: true, value: [] };
    return { ok: false, reason: (error as Error).message };
  }
}

/** Reads the ports of these processes once. */
export function readPorts(processes: readonly ProcessRef[], root = '/proc') {
  return createPortReader(root)(processes);
}

/** The inodes of the sockets among these descriptors. */
function socketsIn(directory: string, numbers: readonly string[]): string[] {
  return numbers.flatMap(number => {
    const [, inode] = /^socket:\[(\d+)\]$/.exec(linkOf(`${directory}/${number}`)) ?? [];
    return inode ?? [];
  });
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

function readTables(directory: string, earlier: Table | undefined): Reading<Table> {
  const ports = new Map<string, number>();
  for (const name of ['tcp', 'tcp6']) {
    try {
      const text = readFileSync(`${directory}/${name}`, 'latin1');
      for (const { inode, port } of parseListening(text)) ports.set(inode, port);
    } catch (error) {
      // A kernel without IPv6 has no tcp6.
      if (codeOf(error) === 'ENOENT' && name === 'tcp6') continue;
      return { ok: false, reason: (error as Error).message };
    }
  }
  const isNew = [...ports.keys()].some(inode => earlier?.ports.has(inode) !== true);
  return { ok: true, value: { ports, version: (earlier?.version ?? 0) + Number(isNew) } };
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

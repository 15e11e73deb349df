/** Whether the standard streams of a process have a live peer. Node's pipes are socket pairs,
 * whose references the kernel counts; for a pipe the descriptors of all processes are searched. */
import { lstatSync, readdirSync } from 'node:fs';
import type { Descriptors } from '../../core/model/model.ts';
import { hasCode, linkAt, namesIn, textOf } from '../run/try-to.ts';
import { parseListening } from './proc-ports.ts';

export type PipeEnds = ReturnType<typeof createPipeEnds>;

/** The target; nothing if it cannot be read. */
type Link = string | undefined;

/** An end of a socket pair has three references, and two after its peer was closed. */
const lonelyReferences = 2;

/** @param candidates pids whose ends do not count for each other: all of them may be leftovers.
 * Every source is read on demand, once. */
export function createPipeEnds(root: string, candidates: readonly number[]) {
  let unix: ReadonlyMap<string, number> | undefined;
  let listening: ReadonlySet<string> | undefined;
  let holders: ReturnType<typeof readHolders> | undefined;
  const among = new Set(candidates);
  const stateOf = (pid: number, name: string, link: string, directory: string) => {
    const [, kind, inode = ''] = /^(pipe|socket):\[(\d+)\]$/.exec(link) ?? [];
    if (kind === 'socket') {
      unix ??= readUnixSockets(root);
      const references = unix.get(inode);
      if (references === undefined) return 'none';
      return references <= lonelyReferences ? 'gone' : 'there';
    }
    if (kind !== 'pipe') return 'none';
    holders ??= readHolders(root, among);
    const ends = holders.ends.get(inode);
    const hasPeer = isWritable(`${directory}${name}`) ? ends?.readers : ends?.writers;
    if (hasPeer === true) return 'there';
    return holders.unreadCgroups.has(cgroupOf(root, pid)) ? 'unread' : 'gone';
  };
  return {
    /** @param standard the link targets of 0, 1 and 2. @param directory its fd directory. */
    peersOf(pid: number, standard: readonly Link[], directory: string) {
      const states = standard.map((link, index) =>
        link === undefined ? 'none' : stateOf(pid, String(index), link, directory),
      );
      const [input, ...outputs] = states;
      const is = (peer: Descriptors['peer'], isInputGone = false) => ({ peer, isInputGone });
      if (outputs.includes('there')) return is('there');
      if (states.includes('unread')) return is('unread');
      if (outputs.includes('gone')) return is('gone');
      if (input !== 'gone') return is(input ?? 'none');
      // The writer of a pipe may simply have finished; a socket pair goes both ways.
      return standard[0]?.startsWith('socket:') === true ? is('gone') : is('none', true);
    },
    /** @param links the link targets of all its descriptors. */
    isListening(links: readonly Link[]) {
      const inodes = links.flatMap(link => /^socket:\[(\d+)\]$/.exec(link ?? '')?.[1] ?? []);
      if (inodes.length === 0) return false;
      listening ??= readListening(root);
      return inodes.some(inode => listening?.has(inode));
    },
  };
}

/** Reference counts of unix sockets in our network namespace, by inode. Columns of net/unix:
 * number, references, protocol, flags, type, state, inode, path. */
function readUnixSockets(root: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const line of textOf(`${root}/net/unix`).split('\n')) {
    const match = /^\S+: (\S+) \S+ \S+ \S+ \S+ +(\d+)( .*)?$/.exec(line);
    // A named socket is not part of a pair.
    if (match !== null && match[3] === undefined)
      found.set(match[2] ?? '', Number.parseInt(match[1] ?? '', 16));
  }
  return found;
}

/** TCP sockets in state LISTEN, by inode. */
function readListening(root: string): ReadonlySet<string> {
  const lines = ['tcp', 'tcp6'].map(name => textOf(`${root}/net/${name}`)).join('\n');
  return new Set(parseListening(lines).map(({ inode }) => inode));
}

function readHolders(root: string, except: ReadonlySet<number>) {
  const ends = new Map<string, { readers: boolean; writers: boolean }>();
  /** Cgroups of processes whose descriptors are unreadable: any of them may hold an end. */
  const unreadCgroups = new Set<string>();
  for (const name of namesIn(root)) {
    const pid = Number(name);
    if (!Number.isSafeInteger(pid) || except.has(pid)) continue;
    const directory = `${root}/${name}/fd`;
    let descriptors: readonly string[];
    try {
      descriptors = readdirSync(directory);
    } catch (error) {
      if (hasCode(error, 'EACCES', 'EPERM')) unreadCgroups.add(cgroupOf(root, pid));
      continue;
    }
    for (const descriptor of descriptors) {
      const path = `${directory}/${descriptor}`;
      const inode = /^pipe:\[(\d+)\]$/.exec(linkAt(path) ?? '')?.[1];
      if (inode === undefined) continue;
      const known = ends.get(inode) ?? { readers: false, writers: false };
      ends.set(inode, known);
      const mode = modeOf(path);
      known.readers ||= (mode & 0o400) !== 0;
      known.writers ||= (mode & 0o200) !== 0;
    }
  }
  return { ends, unreadCgroups };
}

/** The mode of a link in /proc/PID/fd is the descriptor's open mode. */
export function isWritable(link: string): boolean {
  return (modeOf(link) & 0o200) !== 0;
}

function modeOf(link: string): number {
  return lstatSync(link, { throwIfNoEntry: false })?.mode ?? 0;
}

function cgroupOf(root: string, pid: number): string {
  return textOf(`${root}/${pid}/cgroup`);
}

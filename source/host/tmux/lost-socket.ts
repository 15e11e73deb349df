/** tmux servers whose socket file was removed (a cleaned /tmp): they cannot be queried any more,
 * but keep running with all their agents. The kernel still lists the listener. */
import { linkAt, namesIn, textOf } from '../run/try-to.ts';

/** `__SO_ACCEPTCON`: the socket is listening. */
const listens = '00010000';

/** @returns why a missing socket file does not prove that its server is gone; nothing if nothing
 * listens. */
export function lostSocket(path: string): string | undefined {
  const inode = listeningInode(path);
  if (inode === undefined) return undefined;
  const pid = ownerOf(inode);
  const server = pid === undefined ? 'a server' : `tmux server pid ${pid}`;
  const command = pid === undefined ? 'kill -USR1 on it' : `kill -USR1 ${pid}`;
  return `the socket file was removed while ${server} listens on it; use ${command} to recreate it`;
}

/** Columns of net/unix: number, references, protocol, flags, type, state, inode, path. */
function listeningInode(path: string): string | undefined {
  for (const line of textOf('/proc/net/unix').split('\n')) {
    const match = /^\S+: \S+ \S+ (\S+) \S+ \S+ +(\d+) (.+)$/.exec(line);
    if (match?.[1] === listens && match[3] === path) return match[2];
  }
  return undefined;
}

function ownerOf(inode: string): number | undefined {
  for (const name of namesIn('/proc')) {
    if (!/^\d+$/.test(name) || !textOf(`/proc/${name}/comm`).startsWith('tmux: server')) continue;
    const links = namesIn(`/proc/${name}/fd`).map(each => `/proc/${name}/fd/${each}`);
    if (links.some(link => linkAt(link) === `socket:[${inode}]`)) return Number(name);
  }
  return undefined;
}

/** The socket that a tmux server listens on, as the kernel has it: that is still known when the file was
 * removed (a cleaned /tmp) and the server, with all its agents, cannot be queried any more. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ProcessRef } from '../../core/model/model.ts';
import { procRoot } from '../processes/process-source.ts';
import { linkAt, namesIn, textOf, tryTo } from '../run/try-to.ts';

/** `__SO_ACCEPTCON`: the socket is listening. */
const listens = '00010000';

/** @returns the path that a server has bound; nothing if it listens on none, or its descriptors are
 * unreadable. The file may be missing, or be another server's by now. */
export function boundPathOf({ pid }: ProcessRef): string | undefined {
  // Its own view: the server may be in another network namespace.
  const listening = listeningSockets(`${procRoot}/${pid}/net/unix`);
  if (listening.size === 0) return undefined;
  for (const name of namesIn(`${procRoot}/${pid}/fd`)) {
    const [, inode = ''] =
      /^socket:\[(\d+)\]$/.exec(linkAt(`${procRoot}/${pid}/fd/${name}`) ?? '') ?? [];
    const path = listening.get(inode);
    if (path !== undefined) return resolve(linkAt(`${procRoot}/${pid}/cwd`) ?? '/', path);
  }
  return undefined;
}

/** @returns why a missing socket file does not prove that its server is gone; nothing if nothing
 * listens. */
export function lostSocket(path: string): string | undefined {
  const [inode] =
    [...listeningSockets(`${procRoot}/net/unix`)].find(each => each[1] === path) ?? [];
  if (inode === undefined) return undefined;
  const pid = ownerOf(inode);
  const server = pid === undefined ? 'a server' : `tmux server pid ${pid}`;
  return `the socket file was removed while ${server} listens on it; vigil doctor --rescue recreates it`;
}

/** Columns of net/unix: number, references, protocol, flags, type, state, inode, path.
 * @returns paths by inode, without abstract ones. */
function listeningSockets(table: string): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  for (const line of (tryTo(() => readFileSync(table, 'utf8')) ?? '').split('\n')) {
    const match = /^\S+: \S+ \S+ (\S+) \S+ \S+ +(\d+) ([^@].*)$/.exec(line);
    if (match?.[1] === listens && match[2] !== undefined) paths.set(match[2], match[3] ?? '');
  }
  return paths;
}

function ownerOf(inode: string): number | undefined {
  for (const name of namesIn(procRoot)) {
    if (!/^\d+$/.test(name) || !textOf(`${procRoot}/${name}/comm`).startsWith('tmux: server'))
      continue;
    const links = namesIn(`${procRoot}/${name}/fd`).map(each => `${procRoot}/${name}/fd/${each}`);
    if (links.some(link => linkAt(link) === `socket:[${inode}]`)) return Number(name);
  }
  return undefined;
}

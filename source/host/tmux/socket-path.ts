/** One tmux server has one canonical path, by which sockets are compared. */
import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { tryTo } from '../run/try-to.ts';

/** The size of a socket address (sockaddr_un) on Linux; macOS has four bytes less. */
const longestPath = process.platform === 'linux' ? 107 : 103;

/** @param path as the user or tmux spelled it; the socket need not exist.
 * @returns the spelling passed to tmux: without links and dots if that fits. */
export function socketPathOf(path: string): string {
  const whole = resolve(path);
  const spellings = [realPath(whole), whole];
  return spellings.find(each => Buffer.byteLength(each) <= longestPath) ?? path;
}

function realPath(path: string): string {
  const parent = dirname(path);
  const found = tryTo(() => realpathSync(path));
  return found ?? (parent === path ? path : join(realPath(parent), basename(path)));
}

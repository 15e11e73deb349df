/** One tmux server has one path, however it is spelled: sockets are compared by it. */
import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** What fits into a socket's address (sockaddr_un) on Linux; macOS has four bytes less. */
const longestPath = process.platform === 'linux' ? 107 : 103;

/** @param path as a person or tmux has spelled it; the socket itself need not be there.
 * @returns the spelling that tmux is asked with: without links and dots, as long as that fits. */
export function socketPathOf(path: string): string {
  const whole = resolve(path);
  const spellings = [realPath(whole), whole];
  return spellings.find(each => Buffer.byteLength(each) <= longestPath) ?? path;
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realPath(parent), basename(path));
  }
}

/** A socket left behind by its server: asking it succeeds, and finds nothing. */
import { execFileSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

const bind = `
import socket, sys
socket.socket(socket.AF_UNIX).bind(sys.argv[1])
`;

/** @param directory as `TMUX_TMPDIR`. @param from another such directory that has one. @returns `directory`. */
export function leaveSocket(directory: string, from?: string): string {
  const pathIn = (base: string) => join(base, `tmux-${process.getuid?.()}`, 'vigil-test-nobody');
  const path = pathIn(directory);
  mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 });
  if (existsSync(path)) return directory;
  if (from === undefined) execFileSync('python3', ['-c', bind, path]);
  else linkSync(pathIn(from), path);
  return directory;
}

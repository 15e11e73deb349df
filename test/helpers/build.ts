/** Every test of the program runs what was built from the sources as they are. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const scripts = ['build.js', 'test-programs.js'];

/** A socket that its server has left behind: asking there is an answer, and there is nothing. */
const bind = `
import socket, sys
socket.socket(socket.AF_UNIX).bind(sys.argv[1])
`;

function leaveSocket(): void {
  const directory = join(process.env.TMUX_TMPDIR || '/tmp', `tmux-${process.getuid?.()}`);
  const path = join(directory, 'vigil-test-nobody');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  if (!existsSync(path)) execFileSync('python3', ['-c', bind, path]);
}

export default function build(): void {
  leaveSocket();
  // `npm test` builds once for all the runs that it starts.
  if (process.env.VIGIL_TEST_BUILT === '1') return;
  for (const script of scripts) {
    const path = fileURLToPath(new URL(`../../build/${script}`, import.meta.url));
    execFileSync(process.execPath, [path], { stdio: 'inherit' });
  }
}

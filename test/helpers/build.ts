/** Builds the program from the current sources before the tests run. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const scripts = ['build.js', 'test-programs.js'];

/** A socket left behind by its server: querying it succeeds and finds nothing. */
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
  // `npm test` builds once for all runs it starts.
  if (process.env.VIGIL_TEST_BUILT === '1') return;
  for (const script of scripts) {
    const path = fileURLToPath(new URL(`../../build/${script}`, import.meta.url));
    execFileSync(process.execPath, [path], { stdio: 'inherit' });
  }
}

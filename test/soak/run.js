/** `npm run soak`: in a pid namespace of its own, as vigil sees the whole machine. Not part of `npm test`. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
for (const script of ['build.js', 'test-programs.js'])
  execFileSync(process.execPath, [join(root, 'build', script)], { stdio: 'inherit' });
const sockets = mkdtempSync(join(tmpdir(), 'vigil-soak-'));
chmodSync(sockets, 0o1777);
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const inNamespace = ['--pid', '--fork', '--mount-proc', '--kill-child', 'bash', '-c'];
const { status } = spawnSync(
  'unshare',
  [...inNamespace, '"$@" & wait $!', 'bash', process.execPath, vitest, 'run', '--project', 'soak'],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, TMUX_TMPDIR: sockets, VIGIL_TEST_BUILT: '1', VIGIL_SOAK: '1' },
  },
);
rmSync(sockets, { recursive: true, force: true });
process.exit(status ?? 1);

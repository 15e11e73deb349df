/** `npm run test:vendors`: installs the pinned agent programs from the npm registry into a cache, and runs the tests
 * of this folder in a pid and mount namespace of their own. Not part of `npm test`: the programs take 2.1 GB. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const pinned = [
  '@anthropic-ai/claude-code@2.1.332',
  '@openai/codex@0.169.0',
  '@google/gemini-cli@0.61.0',
  '@qwen-code/qwen-code@0.15.10',
  'opencode-ai@1.18.33',
  'cline@3.0.65',
];

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const cache = join(root, 'node_modules', '.cache', 'vendors');
mkdirSync(cache, { recursive: true });
const quiet = ['--no-audit', '--no-fund', '--silent', '--prefer-offline'];
execFileSync('npm', ['install', '--prefix', cache, ...quiet, ...pinned], { stdio: 'inherit' });
for (const script of ['build.js', 'test-programs.js'])
  execFileSync(process.execPath, [join(root, 'build', script)], { stdio: 'inherit' });

const homes = mkdtempSync(join(tmpdir(), 'vigil-vendors-'));
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const inNamespace = ['--pid', '--mount', '--fork', '--mount-proc', '--kill-child', 'bash', '-c'];
const { status } = spawnSync(
  'unshare',
  [
    ...[...inNamespace, '"$@" & wait $!', 'bash'],
    ...[process.execPath, vitest, 'run', '--project', 'vendors', ...process.argv.slice(2)],
  ],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, TMPDIR: homes, VIGIL_TEST_BUILT: '1', VIGIL_VENDORS: cache },
  },
);
rmSync(homes, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
process.exit(status ?? 1);

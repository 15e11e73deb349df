/** What `npm test` runs: the unit tests in one run, and beside it the files that start real processes (pool.ts).
 *
 * `npm run test:portable` runs those without /proc, and without the tests that test/readme.md lists. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withoutLinuxOnly } from './linux-only.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const isPortable = process.argv[2] === '--portable';
const asked = process.argv.slice(isPortable ? 3 : 2);

// A store of certificates costs every program of Node that a test starts more than its own start, and none uses TLS.
delete process.env.NODE_EXTRA_CA_CERTS;

// A version manager's `python3` starts several shells before Python, and many agents of the tests are Python programs.
const python = spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], {
  encoding: 'utf8',
});
const directory = dirname(python.stdout?.trim() || '/usr/bin/python3');
const { PATH = '' } = process.env;
// One that is in PATH stays where it is: other programs are in it too.
if (!PATH.split(':').includes(directory)) process.env.PATH = `${directory}:${PATH}`;

const running = new Set();
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    for (const child of running) child.kill('SIGKILL');
    process.exit(1);
  });

if (isPortable) process.env.VIGIL_PROCESS_SOURCE = 'portable';

if (asked.length > 0) {
  const words = isPortable ? withoutLinuxOnlyWords(asked) : asked;
  const isFile = word => /\.test\.tsx?$/.test(word);
  // Without a file vitest would run them all.
  if (asked.some(isFile) && !words.some(isFile)) process.exit(0);
  process.exit(await run(words));
}

for (const script of ['build.js', 'test-programs.js'])
  execFileSync(process.execPath, [join(root, 'build', script)], { stdio: 'inherit' });
process.env.VIGIL_TEST_BUILT = '1';
// One seed for the property tests of all runs.
process.env.VIGIL_SEED ||= String(Math.floor(Math.random() * 2 ** 31));

const real = ['--project', 'real', ...(isPortable ? withoutLinuxOnlyWords(realFiles()) : [])];
const codes = await Promise.all([
  run(real),
  ...(isPortable ? [] : [run(['--project', 'unit'], { isHeldBack: true })]),
]);
const isGreen = codes.every(code => code === 0);
console.log(isGreen ? '\nall tests passed' : '\nsome tests failed');
process.exit(isGreen ? 0 : 1);

/** What vitest is to run of these files: whole ones, or single tests of them. */
function withoutLinuxOnlyWords(words) {
  const { files, words: titles } = withoutLinuxOnly(words);
  return [...titles, ...files];
}

/** @returns the test files that start real processes, as vitest finds them. */
function realFiles() {
  const listed = execFileSync(
    process.execPath,
    [vitest, 'list', '--project', 'real', '--filesOnly', '--json'],
    { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  );
  return JSON.parse(listed).map(({ file }) => relative(root, file));
}

/** @param isHeldBack print it in one piece at the end, not among the lines of others.
 * @returns {Promise<number>} the exit code. */
function run(words, { isHeldBack = false } = {}) {
  const stdio = ['ignore', ...Array(2).fill(isHeldBack ? 'pipe' : 'inherit')];
  const child = spawn(process.execPath, [vitest, 'run', ...words], { cwd: root, stdio });
  running.add(child);
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', bytes => said.push(bytes));
  return new Promise(resolve =>
    child.on('close', (code, signal) => {
      running.delete(child);
      process.stdout.write(Buffer.concat(said));
      resolve(code ?? signal);
    }),
  );
}

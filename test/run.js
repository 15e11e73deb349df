/** What `npm test` runs: the unit tests in one run, and beside it the files that start real processes (pool.ts).
 *
 * `npm run test:portable` runs those without /proc, and without the tests that test/readme.md lists. */
import { execFileSync, spawn } from 'node:child_process';
import { delimiter, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { withoutLinuxOnly } from './linux-only.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const isPortable = process.argv[2] === '--portable';
const asked = process.argv.slice(isPortable ? 3 : 2);

// A store of certificates costs every program of Node that a test starts more than its own start, and none uses TLS.
delete process.env.NODE_EXTRA_CA_CERTS;

// A version manager's `python3` starts several shells before Python, and what is installed into it may be loaded at each
// start. Many agents of the tests are Python programs: the system's own comes first, behind this Node.
const { PATH = '' } = process.env;
process.env.PATH = [dirname(process.execPath), '/usr/bin', PATH].join(delimiter);

const running = new Set();
/** What vitest prints of a test that failed, and why: up to forty lines. */
const failedTests = new Set();
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
// Once more at the end: the runs have printed thousands of lines.
for (const failed of failedTests) console.log(failed);
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
  const child = spawn(process.execPath, [vitest, 'run', ...words], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const said = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', bytes => {
      said.push(bytes);
      if (!isHeldBack) process.stdout.write(bytes);
    });
  return new Promise(resolve =>
    child.on('close', (code, signal) => {
      running.delete(child);
      const output = Buffer.concat(said);
      if (isHeldBack) process.stdout.write(output);
      const text = stripVTControlCharacters(output.toString());
      for (const [, failed] of text.matchAll(/^[ \t]*(FAIL (?:(?!⎯).*\n){1,40})/gm))
        failedTests.add(failed);
      resolve(code ?? signal);
    }),
  );
}

/** What `npm test` runs: the unit tests in one run, and beside it every other test file in a world of its own.
 *
 * Those files start real processes and real tmux servers, and vigil looks at the whole machine. So a few of them
 * at a time run in a pid namespace with its own directory for tmux sockets, one file after the other: no test
 * sees the processes, sessions or stopped servers of another. Where no namespace can be made (no root), all files
 * run one after the other on the machine itself.
 *
 * `npm run test:portable` runs the same without /proc, and without the tests that test/readme.md lists. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { withoutLinuxOnly } from './linux-only.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
/** Where processes are read by ps alone, as on macOS, without the tests that are Linux's by nature. */
const isPortable = process.argv[2] === '--portable';
const asked = process.argv.slice(isPortable ? 3 : 2);

/** Each in a run of its own, and first, because nothing else is left to run beside the last file. Then runs of several
 * files, which keep the processor busy, and those of one, which wait most of the time, take turns. */
const longest = [
  'test/lifecycle/shutdown-cut-off.test.ts',
  'test/lifecycle/shutdown.test.ts',
  'test/lifecycle/deploy-failures.test.ts',
  'test/commands/kill-many.test.ts',
  'test/commands/hostile-crowd.test.ts',
  'test/screen-terminals.test.ts',
  'test/registry/every-call.test.ts',
  'test/registry/odd-places.test.ts',
  'test/registry/kills-beside-writers.test.ts',
  'test/host/careless-writers.test.ts',
  'test/commands/odd-state-files.test.ts',
  'test/evidence/state-directory.test.ts',
];
/** Most files wait for processes most of the time: four at once keep two cores busy. Six take a third more of the
 * processor for the same work, and no less time. */
const namespaces = 4;
const filesPerRun = 5;
/** Several times what the slowest run needs on a quiet machine with two cores. */
const limitMs = 720_000;
/** bash as the first process reaps processes that lose their parent, as init does. */
const inNamespace = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child', 'bash', '-c'];
const commandLine = '"$@" & wait $!';

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
/** The two lines with which vitest names a test that failed, and why, of all runs. */
const failedTests = new Set();
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    for (const child of running) child.kill('SIGKILL');
    process.exit(1);
  });

if (isPortable) process.env.VIGIL_PROCESS_SOURCE = 'portable';
/** What vitest is to run: these files, or single tests of them. */
const selected = files => {
  const { files: kept, words } = isPortable ? withoutLinuxOnly(files) : { files, words: [] };
  return [...words, ...kept];
};

if (asked.length > 0) {
  const words = selected(asked);
  const isFile = word => /\.test\.tsx?$/.test(word);
  // Without a file vitest would run them all.
  if (asked.some(isFile) && !words.some(isFile)) process.exit(0);
  process.exit(await run(process.execPath, [vitest, 'run', ...words]));
}

for (const script of ['build.js', 'test-programs.js'])
  execFileSync(process.execPath, [join(root, 'build', script)], { stdio: 'inherit' });
process.env.VIGIL_TEST_BUILT = '1';
// One seed for the property tests of all runs.
process.env.VIGIL_SEED ||= String(Math.floor(Math.random() * 2 ** 31));

const [unshare, ...words] = inNamespace;
const hasNamespaces = spawnSync(unshare, [...words, commandLine, 'bash', 'true']).status === 0;
const results = hasNamespaces
  ? await Promise.all([
      ...(isPortable
        ? []
        : [run(process.execPath, [vitest, 'run', '--project', 'unit'], { isHeldBack: true })]),
      ...runInNamespaces(runsOf(realFiles())),
    ])
  : [await run(process.execPath, [vitest, 'run', ...(isPortable ? selected(realFiles()) : [])])];
const failures = results.flat().filter(code => code !== 0).length;
// Once more at the end: the runs before it have printed thousands of lines.
for (const failed of failedTests) console.log(failed);
console.log(failures === 0 ? '\nall tests passed' : `\n${failures} of the test runs failed`);
process.exit(failures === 0 ? 0 : 1);

/** @returns the test files that start real processes, as vitest finds them. */
function realFiles() {
  const listed = execFileSync(
    process.execPath,
    [vitest, 'list', '--project', 'real', '--filesOnly', '--json'],
    { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const files = JSON.parse(listed).map(({ file }) => relative(root, file));
  return isPortable ? withoutLinuxOnly(files).files : files;
}

/** @returns which files run together. Files that count or end what is on the whole machine run alone: a process that
 * another file's test has left would be one too many. */
function runsOf(files) {
  const others = files.filter(file => !longest.includes(file));
  const alone = files => files.map(file => [file]);
  const together = others.filter(file => !isAlone(file));
  const runs = [];
  while (together.length > 0) runs.push(together.splice(0, filesPerRun));
  const first = alone(longest.filter(each => files.includes(each)));
  return [...first, ...inTurns(alone(others.filter(isAlone)), runs)];
}

/** Both from beginning to end, however many there are of each. */
function inTurns(some, others) {
  const placed = list => list.map((item, index) => [(index + 0.5) / list.length, item]);
  return [...placed(some), ...placed(others)].sort(([a], [b]) => a - b).map(([, item]) => item);
}

function isAlone(file) {
  return /^test\/(lifecycle\/|evidence\/|farm|screen)/.test(file);
}

/** Works the runs off. @returns the exit codes that each of the namespaces has seen. */
function runInNamespaces(runs) {
  const work = async () => {
    const codes = [];
    for (let files = runs.shift(); files !== undefined; files = runs.shift()) {
      const sockets = mkdtempSync('/tmp/vigil-test-');
      // As /tmp: tests of other users make theirs in it.
      chmodSync(sockets, 0o1777);
      const test = [process.execPath, vitest, 'run', '--project', 'real', ...selected(files)];
      codes.push(
        await run(unshare, [...words, commandLine, 'bash', ...test], {
          isHeldBack: true,
          env: { ...process.env, TMUX_TMPDIR: sockets },
        }),
      );
      rmSync(sockets, { recursive: true, force: true });
    }
    return codes;
  };
  return Array.from({ length: namespaces }, work);
}

/** @param isHeldBack print it in one piece at the end, not among the lines of others.
 * @returns {Promise<number>} the exit code; a run that takes too long is killed, with everything it started. */
function run(program, words, { isHeldBack = false, env = process.env } = {}) {
  const stdio = ['ignore', ...Array(2).fill(isHeldBack ? 'pipe' : 'inherit')];
  const child = spawn(program, words, { cwd: root, stdio, env });
  running.add(child);
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', bytes => said.push(bytes));
  const limit = setTimeout(() => {
    const late = `FAIL not finished after ${limitMs / 1000} s and killed: ${words.slice(-filesPerRun).join(' ')}`;
    said.push(Buffer.from(`\n${late}\n`));
    child.kill('SIGKILL');
  }, limitMs);
  return new Promise(resolve =>
    child.on('close', (code, signal) => {
      clearTimeout(limit);
      running.delete(child);
      const output = Buffer.concat(said);
      process.stdout.write(output);
      const text = stripVTControlCharacters(output.toString());
      for (const [, failed] of text.matchAll(/^[ \t]*(FAIL .*\n.*)/gm)) failedTests.add(failed);
      resolve(code ?? signal);
    }),
  );
}

/** What `npm test` runs: all tests, those that look at the whole machine beside the others.
 *
 * A sweep and a shutdown end what is left over anywhere on the machine, so their tests may see nobody
 * else's processes. In a pid namespace of its own each of these files is alone in the world and several can
 * run at once; where none can be had (no root), they run one after the other when the others are done. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const asked = process.argv.slice(2);

/** The longest ones first: nobody waits for the last one. */
const wholeMachine = [
  'test/lifecycle/shutdown-cut-off.test.ts',
  'test/lifecycle/shutdown.test.ts',
  'test/lifecycle/deploy-failures.test.ts',
  'test/screen-cleanup.test.ts',
  'test/farm.test.ts',
  'test/host/tmux-sockets.test.ts',
  'test/host/process-changes.test.ts',
  'test/commands/list-options.test.ts',
  'test/commands/restore.test.ts',
];
/** At once, beside the other tests: they wait for processes most of the time. */
const mostNamespaces = 2;
/** bash as the first process reaps whoever loses its parent, as init does. */
const inNamespace = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child', 'bash', '-c'];
const commandLine = '"$@" & wait $!';

if (asked.length > 0) process.exit(await run(process.execPath, [vitest, 'run', ...asked]));

for (const script of ['build.js', 'test-programs.js'])
  execFileSync(process.execPath, [join(root, 'build', script)], { stdio: 'inherit' });
process.env.VIGIL_TEST_BUILT = '1';
// One seed for the property tests of all runs.
process.env.VIGIL_SEED ||= String(Math.floor(Math.random() * 2 ** 31));

const [program, ...words] = inNamespace;
const hasNamespaces = spawnSync(program, [...words, commandLine, 'bash', 'true']).status === 0;
const others = [vitest, 'run', '--project', 'side by side'];
const results = hasNamespaces
  ? await Promise.all([run(process.execPath, others), ...queues()])
  : [await run(process.execPath, [vitest, 'run'])];
// What the runs asked for nobody's sessions with.
rmSync(join(process.env.TMUX_TMPDIR || '/tmp', `tmux-${process.getuid()}`, 'vigil-test-nobody'), {
  force: true,
});
const failures = results.flat().filter(code => code !== 0).length;
console.log(failures === 0 ? '\nall tests passed' : `\n${failures} of the test runs failed`);
process.exit(failures === 0 ? 0 : 1);

/** @returns what works the files off, each in a namespace of its own. */
function queues() {
  const found = ['lifecycle', 'evidence'].flatMap(directory =>
    readdirSync(join(root, 'test', directory))
      .filter(name => name.endsWith('.test.ts'))
      .map(name => `test/${directory}/${name}`),
  );
  const files = [...new Set([...wholeMachine, ...found])];
  const work = async () => {
    const codes = [];
    for (let file = files.shift(); file !== undefined; file = files.shift()) {
      const test = [process.execPath, vitest, 'run', '--project', 'alone', file];
      codes.push(await run(program, [...words, commandLine, 'bash', ...test], true));
    }
    return codes;
  };
  return Array.from({ length: mostNamespaces }, work);
}

/** @param isHeldBack print it in one piece at the end, not among the lines of others.
 * @returns {Promise<number>} the exit code. */
function run(program, words, isHeldBack = false) {
  const stdio = ['ignore', ...Array(2).fill(isHeldBack ? 'pipe' : 'inherit')];
  const child = spawn(program, words, { cwd: root, stdio });
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', bytes => said.push(bytes));
  return new Promise(resolve =>
    child.on('close', (code, signal) => {
      process.stdout.write(Buffer.concat(said));
      resolve(code ?? signal);
    }),
  );
}

/** Each test file that starts real processes runs in a world of its own: a pid namespace and a directory for tmux
 * sockets. vigil looks at the whole machine, and several files run at a time: no test sees the processes, sessions or
 * stopped servers of another, and nothing of a file outlives it. */
import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PoolOptions, PoolRunnerInitializer, PoolWorker } from 'vitest/node';
import { leaveSocket } from './helpers/left-socket.ts';

/** bash as the first process reaps processes that lose their parent, as init does. All of them end with vitest. */
const inNamespace = [
  ...['setpriv', '--pdeathsig', 'KILL', 'unshare', '--pid', '--fork', '--mount-proc'],
  ...['--kill-child', 'bash', '-c', '"$@" & wait $!', 'bash'],
];
/** Several times what the slowest file needs on a quiet machine with two cores. */
const limitMs = 720_000;

/** False without root: then the files run one after the other, on the machine itself. */
export const hasNamespaces = spawnSync('env', [...inNamespace, 'true']).status === 0;

export const ownWorlds: PoolRunnerInitializer = {
  name: 'own worlds',
  createPoolWorker: createWorker,
};

function createWorker({ distPath, env, execArgv, project }: PoolOptions): PoolWorker {
  const { outputStream, errorStream } = project.vitest.logger;
  const [execPath = '', ...words] = inNamespace;
  let running: { readonly child: ChildProcess; readonly sockets: string } | undefined;
  return {
    name: ownWorlds.name,
    cacheFs: true,
    on: (event, callback) => running?.child.on(event, callback),
    off: (event, callback) => running?.child.off(event, callback),
    send: message => running?.child.send(message),
    deserialize: data => data,
    async start() {
      const sockets = socketDirectory();
      const child = fork(join(distPath, 'workers', 'forks.js'), [], {
        ...{ execPath, execArgv: [...words, process.execPath, ...execArgv] },
        ...{ env: { ...env, TMUX_TMPDIR: sockets }, serialization: 'advanced' },
        ...{ stdio: 'pipe', timeout: limitMs, killSignal: 'SIGKILL' },
      });
      child.stdout?.pipe(outputStream, { end: false });
      child.stderr?.pipe(errorStream, { end: false });
      running = { child, sockets };
    },
    async stop() {
      if (running === undefined) return;
      const { child, sockets } = running;
      const hasExited = child.exitCode !== null || child.signalCode !== null;
      const exit = new Promise(resolve => (hasExited ? resolve(0) : child.once('exit', resolve)));
      child.kill('SIGKILL');
      await exit;
      rmSync(sockets, { recursive: true, force: true });
    },
  };
}

/** As /tmp: tests of other users make theirs in it. */
function socketDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'vigil-test-'));
  chmodSync(directory, 0o1777);
  first ??= bound();
  return leaveSocket(directory, first);
}

/** With the socket that the others have as well: who binds one takes as long as Python to start. */
let first: string | undefined;
function bound(): string {
  const directory = leaveSocket(mkdtempSync(join(tmpdir(), 'vigil-test-')));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Programs that vigil starts must not outlive it, not even after a SIGKILL, when no code of ours runs: on Linux the
 * kernel, or `timeout`, ends them. Elsewhere they end by our own time-outs, and when vigil exits. */
import { accessSync, constants, readlinkSync } from 'node:fs';
import { basename, isAbsolute, join } from 'node:path';
import { tryTo } from './try-to.ts';

/** Our own time-out comes first, as it gives a reason. */
const slackMs = 1000;

type Env = Readonly<Record<string, string | undefined>>;

/** For a program without children of its own: the kernel sends the signal as soon as vigil is gone. `setpriv` becomes the
 * program, so the pid is the program's. A process that the program leaves behind is not affected.
 * @returns the command line to run; unchanged where setpriv or the program is missing. */
export function tied(argv: readonly string[], env: Env, signal = 'KILL'): readonly string[] {
  return wrapped(argv, env, 'setpriv', ['--pdeathsig', signal, '--']);
}

/** For a program that may have children: `timeout` kills the process group after the time, with or without vigil.
 * @returns the command line to run; unchanged where timeout or the program is missing. */
export function withDeadline(
  argv: readonly string[],
  timeoutMs: number,
  env: Env,
): readonly string[] {
  const seconds = ((timeoutMs + slackMs) / 1000).toFixed(3);
  return wrapped(argv, env, 'timeout', ['--signal=KILL', '--', seconds]);
}

function wrapped(
  argv: readonly string[],
  { PATH = '' }: Env,
  name: 'setpriv' | 'timeout',
  words: readonly string[],
): readonly string[] {
  const wrapper = wrapperNamed(name);
  const [program = ''] = argv;
  // The wrapper would report a missing program in its own words.
  const isThere = wrapper !== undefined && findProgram(program, PATH) !== undefined;
  return isThere ? [wrapper, ...words, ...argv] : argv;
}

const known = new Map<string, string | undefined>();

/** Of the system, not of PATH. BusyBox has programs of these names with fewer options. */
function wrapperNamed(name: 'setpriv' | 'timeout'): string | undefined {
  if (!known.has(name)) {
    const path = process.platform === 'linux' ? findProgram(name, '/usr/bin:/bin') : undefined;
    const target = path && (tryTo(() => readlinkSync(path)) ?? path);
    known.set(name, target && basename(target) === 'busybox' ? undefined : path);
  }
  return known.get(name);
}

function findProgram(program: string, path: string): string | undefined {
  const places = program.includes('/')
    ? [program]
    : path.split(':').map(directory => (isAbsolute(directory) ? join(directory, program) : ''));
  return places.find(
    place => place !== '' && tryTo(() => accessSync(place, constants.X_OK) === undefined) === true,
  );
}

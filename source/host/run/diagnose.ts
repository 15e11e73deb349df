/** Checks of this machine for `vigil doctor`. */
import { accessSync, constants, existsSync } from 'node:fs';
import { release } from 'node:os';
import type { Check } from '../../core/model/doctor-check.ts';
import type { ProcessRef, Reading, RegistryReading } from '../../core/model/model.ts';
import { nativeFlock } from '../lock/native-flock.ts';
import { readBootId } from '../processes/boot-id.ts';
import { isThere } from '../processes/identity.ts';
import { processSource, procRoot, readOnlyReason, unseenBy } from '../processes/process-source.ts';
import { bad, checkRegistries, ok } from '../registry/check.ts';
import { readLastWrites } from '../state/audit-log-file.ts';
import { interruptedEndings } from '../state/kill-journal-file.ts';
import { logFileIn, stateDirectory } from '../state/state-directory.ts';
import { socketDirectory } from '../tmux/socket-directory.ts';
import { run } from './run-program.ts';
import { textOf } from './try-to.ts';

const versionTimeoutMs = 2000;
const oldestNode = [20, 19] as const;

/** @param logFile the audit log, which records the last writer of a registry. */
export async function diagnose(
  env: NodeJS.ProcessEnv,
  registries: readonly RegistryReading[],
  logFile = logFileIn(env),
): Promise<Check[]> {
  const uid = process.getuid?.() ?? -1;
  const [tmux, flock, records] = await Promise.all([
    run('tmux', ['-V'], { timeoutMs: versionTimeoutMs }),
    run('flock', ['--version'], { timeoutMs: versionTimeoutMs }),
    checkRegistries(registries, readLastWrites(logFile)),
  ]);
  return [
    nodeCheck(),
    tmux.ok
      ? ok('tmux', tmux.value.trim())
      : bad('tmux', tmux.reason, 'install tmux, or add it to PATH'),
    socketDirectoryCheck(socketDirectory(env, uid)),
    processCheck(uid),
    lockCheck(flock, (await nativeFlock()) !== undefined),
    localeCheck(env),
    endingsCheck(env),
    ...records,
  ];
}

function nodeCheck(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isOld = major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1]);
  const detail = `${process.version} on ${process.platform} ${release()}`;
  if (isOld) return bad('Node', detail, `vigil needs Node ${oldestNode.join('.')} or newer`);
  return ok('Node', detail);
}

/** How registries are locked here: a libc call is fast, flock(1) can wait in the kernel's queue. */
function lockCheck(program: Reading<string>, isNative: boolean): Check {
  if (!program.ok && !isNative)
    return bad('flock', program.reason, 'install util-linux: without it registries are read-only');
  const waits = program.ok ? program.value.trim() : 'no flock(1): a busy lock is polled';
  return ok('flock', isNative ? `flock(2) in libc, ${waits}` : `${waits}, run for every lock`);
}

function socketDirectoryCheck(path: string): Check {
  const name = 'tmux sockets';
  if (!existsSync(path)) return ok(name, `${path} does not exist: no server is running`);
  try {
    accessSync(path, constants.R_OK | constants.X_OK);
    return ok(name, path);
  } catch (error) {
    return bad(name, (error as Error).message, 'choose a socket with -S PATH');
  }
}

/** hidepid hides other users' processes, so their registries cannot be judged. */
export function processCheck(uid: number, source = processSource): Check {
  const name = 'processes';
  const readOnly = readOnlyReason(source);
  if (readOnly !== undefined) {
    const advice = 'list, why and the screen work; kill, sweep, shutdown and deploy need /proc';
    return bad(name, `${readOnly} (using ps)`, advice);
  }
  const unseen = unseenBy(source);
  if (unseen !== undefined)
    return ok(name, `ps. It cannot show ${unseen}: suspected leftovers stay suspected`);
  if (uid !== 0 && !existsSync(`${procRoot}/1/stat`)) {
    const advice = 'run vigil as the user that runs the agents';
    return bad(name, '/proc hides other users’ processes (hidepid)', advice);
  }
  const yama = textOf(`${procRoot}/sys/kernel/yama/ptrace_scope`).trim();
  const scope = yama === '' ? '' : `, ptrace_scope ${yama}`;
  return ok(name, `/proc, ${uid === 0 ? 'all' : 'all visible'} processes${scope}`);
}

/** A vigil that was killed during a termination may have left processes stopped. */
function endingsCheck(env: NodeJS.ProcessEnv): Check {
  const unfinished = interruptedEndings(stateDirectory(env), readBootId());
  if (unfinished.length === 0) return ok('terminations', 'none interrupted');
  const listed = (refs: readonly ProcessRef[]) =>
    refs.map(({ pid }) => `pid ${pid}`).join(', ') || 'none';
  const stopped = unfinished.flatMap(journal => journal.stopped);
  const alive = unfinished
    .flatMap(journal => journal.endings)
    .map(({ key, processes }) => `${key}: ${listed(processes.filter(isThere))}`);
  return bad(
    'terminations',
    `vigil was killed during a termination; still alive: ${alive.join('; ') || 'none'}; possibly still stopped: ${listed(stopped)}`,
    'end them with vigil kill (it resumes stopped processes first)',
  );
}

function localeCheck(env: NodeJS.ProcessEnv): Check {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  const isUtf8 = /utf-?8/i.test(locale);
  const signs = isUtf8 ? '' : ': using ASCII';
  return ok('terminal', `TERM=${env.TERM ?? ''}, locale ${locale || 'C'}${signs}`);
}

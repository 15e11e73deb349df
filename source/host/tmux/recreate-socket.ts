/** Has a tmux server recreate its removed socket file, which it does on SIGUSR1 (tmux(1), SIGNALS). */
import { lstatSync, mkdirSync, statSync } from 'node:fs';
import { createConnection } from 'node:net';
import { basename, dirname } from 'node:path';
import type { LostServer, Reading } from '../../core/model/model.ts';
import { livingStat } from '../processes/proc-identity.ts';
import { procRoot } from '../processes/process-source.ts';
import { send } from '../processes/send-to-pid.ts';
import { codeOf, linkAt, textOf, tryTo } from '../run/try-to.ts';
import { boundPathOf } from './lost-socket.ts';
import { untrustedDirectory } from './socket-directory.ts';
import { socketPathOf } from './socket-path.ts';
import { askTmux } from './tmux-client.ts';

const answersWithinMs = 5000;
const pollMs = 50;
const connectsWithinMs = 1000;
/** `SIGUSR1` in the masks of /proc/PID/status. */
const usr1Bit = 1n << 9n;

/** Verifies that it is this server of this user, that its path is free, and afterwards that it answers there.
 * Another server at its path is never replaced. @returns why nothing was signalled, or why it does not answer. */
export async function recreateSocket(server: LostServer): Promise<Reading<true>> {
  const { pid, path } = server;
  const fault = serverFault(server) ?? directoryFault(dirname(path)) ?? (await pathFault(path));
  if (fault !== undefined) return { ok: false, reason: fault };
  // Once more, as time has passed.
  const wrong = serverFault(server);
  if (wrong !== undefined) return { ok: false, reason: wrong };
  const sent = send(pid, 'SIGUSR1');
  if (sent !== 'sent') return { ok: false, reason: sent === 'gone' ? 'it has exited' : sent };
  const deadline = performance.now() + answersWithinMs;
  let last = 'its socket was not recreated';
  do {
    await new Promise(resolve => setTimeout(resolve, pollMs));
    if (tryTo(() => lstatSync(path)) === undefined) continue;
    const answer = await askTmux(path, ['display-message', '-p', '#{pid}']);
    if (answer.ok && Number(answer.value) === pid) return { ok: true, value: true };
    last = answer.ok ? `tmux server ${answer.value.trim()} answers there` : answer.reason;
  } while (performance.now() < deadline);
  return { ok: false, reason: `SIGUSR1 was sent, but ${last}` };
}

/** A signal that a process does not handle ends it, so everything is verified right before; ps alone cannot. */
function serverFault(server: LostServer): string | undefined {
  const { pid, path } = server;
  const directory = `${procRoot}/${pid}`;
  const stat = livingStat(server, directory, procRoot);
  if (stat === 'over') return 'it has exited';
  const executable = linkAt(`${directory}/exe`);
  const isTmux =
    textOf(`${directory}/comm`).startsWith('tmux: server') &&
    (executable === undefined || basename(executable).includes('tmux'));
  const uid = tryTo(() => statSync(directory).uid);
  if (stat === undefined || !isTmux || uid !== process.getuid?.())
    return 'it is not a tmux server of this user';
  const [, caught = '0'] = /^SigCgt:\s*([0-9a-f]+)$/m.exec(textOf(`${directory}/status`)) ?? [];
  if ((BigInt(`0x${caught}`) & usr1Bit) === 0n) return 'it does not handle SIGUSR1';
  const bound = boundPathOf(server);
  return bound !== undefined && socketPathOf(bound) === path
    ? undefined
    : `it does not listen on ${path}`;
}

/** A cleaner that has removed the socket may have removed its directory too. */
function directoryFault(directory: string): string | undefined {
  if (basename(directory) === `tmux-${process.getuid?.()}`)
    tryTo(() => mkdirSync(directory, { mode: 0o700 }));
  if (tryTo(() => lstatSync(directory)) === undefined)
    return `its directory ${directory} is missing or inaccessible; create it first`;
  return basename(directory).startsWith('tmux-') ? untrustedDirectory(directory) : undefined;
}

/** @returns why its path is not free: the server would remove what is there. */
async function pathFault(path: string): Promise<string | undefined> {
  try {
    const file = lstatSync(path, { throwIfNoEntry: false });
    if (file === undefined) return undefined;
    if (!file.isSocket()) return `${path} is not a socket now`;
  } catch (error) {
    return (error as Error).message;
  }
  return (await isUnused(path)) ? undefined : `another server has ${path} now`;
}

function isUnused(path: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = createConnection(path);
    const answer = (isFree: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(isFree);
    };
    const timer = setTimeout(answer, connectsWithinMs, false);
    socket.on('connect', () => answer(false));
    socket.on('error', error => answer(['ECONNREFUSED', 'ENOENT'].includes(codeOf(error) ?? '')));
  });
}

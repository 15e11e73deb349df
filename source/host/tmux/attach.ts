/** Shows a tmux session on vigil's terminal: with a client of its own, or by switching the client
 * vigil runs in. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Reading } from '../../core/model/model.ts';
import type { SessionRef } from '../../core/ports/sessions.ts';
import type { Attacher, AttachOptions, PaneAround } from '../../core/rows/attachment.ts';
import { readStat } from '../processes/identity.ts';
import { tryTo } from '../run/try-to.ts';
import { findOwnClient, showMessage } from './own-client.ts';
import { findSession, ifSame } from './session-control.ts';
import { askTmux, heldPipeMs, startFailure } from './tmux-client.ts';

/** A healthy server detaches a client within this time; a hung server never does. */
const detachTimeoutMs = 1000;
/** By then every process stopped together with us is stopped, and is resumed with us. */
const resumeDelayMs = 100;

export function createAttacher(env: NodeJS.ProcessEnv): Attacher {
  return {
    around: aroundOf(env),
    async check(session) {
      const found = await findSession(session);
      return found.ok ? found : failure(found.reason);
    },
    attach: (session, options) => runClient(session, options, env),
    async switchTo(session) {
      const client = await findOwnClient(env);
      const which = client === undefined ? '' : ` -c '${client.name}'`;
      const reading = await askTmux(
        session.socketPath,
        guarded(session, `switch-client${which} -t '${session.id}'`),
      );
      if (!reading.ok) return failure(reading.reason);
      // Only now can it be seen: vigil's own screen is hidden.
      if (client !== undefined) await showMessage(client, `${client.wayBack} returns to vigil`);
      return { ok: true, value: true };
    },
  };
}

/** tmux's variables: `TMUX=/path,server pid,session` and `TMUX_PANE=%1`. */
export function aroundOf(env: NodeJS.ProcessEnv): PaneAround | undefined {
  const [, pid] = /,(\d+),\d+$/.exec(env.TMUX ?? '') ?? [];
  const paneId = env.TMUX_PANE ?? '';
  if (pid === undefined || !/^%\d+$/.test(paneId)) return undefined;
  return { serverPid: Number(pid), paneId };
}

/** The command for exactly this session; tmux reports an error if its id now belongs to another. */
function guarded(session: SessionRef, command: string): string[] {
  return [...ifSame(session, command), `has-session -t '${noSession}'`];
}

/** A session id no server ever reaches. */
const noSession = '$4294967295';

function failure(stderr: string): { ok: false; reason: string } {
  const isGone = /^(can't find|no server|error connecting)/.test(stderr);
  return { ok: false, reason: isGone ? 'the session is gone' : stderr };
}

/** stdin and stdout are our own terminal; the client stays in our job, like a shell's child. */
function runClient(
  session: SessionRef,
  { readOnly, signal, onStopped }: AttachOptions,
  { TMUX: _tmux, TMUX_PANE: _pane, ...env }: NodeJS.ProcessEnv,
): Promise<Reading<true>> {
  const command = `attach-session ${readOnly ? '-r ' : ''}-t '${session.id}'`;
  return new Promise<Reading<true>>(resolve => {
    if (signal.aborted) return resolve({ ok: true, value: true });
    const child = spawn('tmux', ['-S', session.socketPath, ...guarded(session, command)], {
      env,
      stdio: ['inherit', 'inherit', 'pipe'],
    });
    let stderr = '';
    let killing: NodeJS.Timeout | undefined;
    const end = () => {
      child.kill('SIGTERM');
      killing = setTimeout(() => child.kill('SIGKILL'), detachTimeoutMs);
    };
    let isResumed = true;
    // Its suspend-client only shows as SIGCHLD to us; no other process would notice.
    const onChild = () => {
      if (!isResumed || !isStopped(child)) return;
      isResumed = false;
      onStopped();
      setTimeout(() => {
        child.kill('SIGCONT');
        isResumed = true;
      }, resumeDelayMs);
    };
    const finish = (reading: Reading<true>) => {
      clearTimeout(killing);
      signal.removeEventListener('abort', end);
      process.off('SIGCHLD', onChild);
      resolve(reading);
    };
    signal.addEventListener('abort', end);
    process.on('SIGCHLD', onChild);
    child.stderr?.setEncoding('utf8').on('data', text => {
      stderr = (stderr + text).slice(0, longestMessage);
    });
    child.on('error', error => finish({ ok: false, reason: startFailure(error) }));
    child.on('exit', () => setTimeout(() => child.stderr?.destroy(), heldPipeMs));
    child.on('close', (code, killer) => {
      if (code === 0) return finish({ ok: true, value: true });
      const how = killer === null ? `exited with code ${code}` : `was killed by ${killer}`;
      finish(failure(stderr.trim().split('\n')[0] || `its tmux client ${how}`));
    });
  }).catch(error => ({ ok: false, reason: startFailure(error) }) as const);
}

const longestMessage = 1000;

/** Requires /proc. */
function isStopped({ pid }: ChildProcess): boolean {
  return tryTo(() => readStat(`/proc/${pid}/stat`))?.state === 'T';
}

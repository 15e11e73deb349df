/** Shows a tmux session on vigil's terminal: with a client of its own, or by switching the client
 * vigil runs in. */
import type { Reading } from '../../core/model/model.ts';
import type { SessionRef } from '../../core/ports/sessions.ts';
import type { Attacher, AttachOptions, PaneAround } from '../../core/rows/attachment.ts';
import { runOnTerminal } from '../run/terminal-program.ts';
import { findOwnClient, showMessage } from './own-client.ts';
import { findSession, ifSame } from './session-control.ts';
import { askTmux, startFailure } from './tmux-client.ts';

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

/** The client stays in our job, like a shell's child. */
async function runClient(
  session: SessionRef,
  { readOnly, signal, onStopped }: AttachOptions,
  { TMUX: _tmux, TMUX_PANE: _pane, ...env }: NodeJS.ProcessEnv,
): Promise<Reading<true>> {
  if (signal.aborted) return { ok: true, value: true };
  const command = `attach-session ${readOnly ? '-r ' : ''}-t '${session.id}'`;
  const argv = ['tmux', '-S', session.socketPath, ...guarded(session, command)];
  try {
    const ran = await runOnTerminal(argv, { signal, onStopped }, { env, isErrorRead: true });
    if (ran.code === 0) return { ok: true, value: true };
    const how =
      ran.signal === null ? `exited with code ${ran.code}` : `was killed by ${ran.signal}`;
    return failure(ran.stderr.trim().split('\n')[0] || `its tmux client ${how}`);
  } catch (error) {
    return { ok: false, reason: startFailure(error) };
  }
}

/** One question to a tmux server. Not through execa: it would double the start-up of `vigil list`,
 * and a client that has handed its pipe to a server that hangs is not waited for here anyway. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Reading } from '../core/model.ts';
import { killGroup } from './kill-group.ts';

/** As the rule for tmux has it; then the client is killed and the answer counts as unknown. */
const tmuxTimeoutMs = 2000;
/** Thousands of panes fit; a server that prints more is not believed. */
const mostOutputBytes = 4_000_000;

/** A pipe of a client that has exited is emptied within this time. */
const heldPipeMs = 100;

/** Runs `tmux -u -S path …` in a process group of its own, without stdin. Never throws. */
export function askTmux(path: string, words: readonly string[]): Promise<Reading<string>> {
  return new Promise(resolve => {
    let child: ChildProcess;
    try {
      child = spawn('tmux', ['-u', '-S', path, ...words], {
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    } catch (error) {
      // Where memory is short, it throws instead of telling by an event.
      return resolve({ ok: false, reason: (error as Error).message });
    }
    let stdout = '';
    let stderr = '';
    const finish = (reading: Reading<string>) => {
      clearTimeout(timer);
      resolve(reading);
    };
    const giveUp = (reason: string) => {
      abandon(child);
      finish({ ok: false, reason });
    };
    const timer = setTimeout(
      () => giveUp(`no answer within ${tmuxTimeoutMs / 1000} s`),
      tmuxTimeoutMs,
    );
    // Without a descriptor to spare there are no pipes; the error that follows says so.
    child.stdout?.setEncoding('utf8').on('data', text => {
      stdout += text;
      if (stdout.length > mostOutputBytes)
        giveUp(`it printed more than ${mostOutputBytes / 1e6} MB`);
    });
    child.stderr?.setEncoding('utf8').on('data', text => {
      if (stderr.length < mostOutputBytes) stderr += text;
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      const isMissing = error.code === 'ENOENT';
      finish({
        ok: false,
        reason: isMissing ? 'tmux is not installed, or not on PATH' : error.message,
      });
    });
    // All that it said is in the pipe by then, also where somebody whom it left behind holds that open.
    child.on('exit', () => setTimeout(abandon, heldPipeMs, child));
    child.on('close', code => {
      const said = stderr.trim().split('\n')[0];
      finish(
        code === 0 ? { ok: true, value: stdout } : { ok: false, reason: said || 'tmux failed' },
      );
    });
  });
}

/** Kills the client and its group, and closes our end of what the server may hold open. */
function abandon(child: ChildProcess): void {
  killGroup(child);
  child.stdout?.destroy();
  child.stderr?.destroy();
}

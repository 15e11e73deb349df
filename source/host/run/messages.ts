/** Messages of the guard: on tmux clients, or on the desktop. */
import type { Reading } from '../../core/model/model.ts';
import { broadcast } from '../tmux/broadcast.ts';
import { run } from './run-program.ts';

const desktopTimeoutMs = 5000;

/** Without a shell; on macOS the text is an argument of the script, not part of it. */
const desktopCommands: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  linux: ['notify-send', '--app-name=vigil', '--', 'vigil'],
  darwin: [
    ...[
      'osascript',
      '-e',
      'on run argv',
      '-e',
      'display notification (item 1 of argv) with title "vigil"',
    ],
    ...['-e', 'end run', '--'],
  ],
};

/** @returns a function that shows a text; it never throws. Without a tmux client nothing is shown. */
export function createMessages(env: NodeJS.ProcessEnv) {
  return async (way: 'tmux' | 'desktop' | 'off', text: string): Promise<Reading<true>> => {
    if (way === 'tmux') await broadcast(env, text);
    if (way !== 'desktop') return { ok: true, value: true };
    const [program, ...words] = desktopCommands[process.platform] ?? [];
    if (program === undefined) return { ok: false, reason: `not supported on ${process.platform}` };
    const shown = await run(program, [...words, text], { timeoutMs: desktopTimeoutMs });
    return shown.ok ? { ok: true, value: true } : shown;
  };
}

/** The variable with which tmux tells a program where it runs. */
import type { Origin } from '../../core/model/model.ts';

/** `TMUX=<socket path>,<server pid>,<session number>`; the path may hold commas. */
export function parseTmux(value: string | undefined): Origin['tmux'] {
  const match = /^(.+),(\d+),(\d+)$/.exec(value ?? '');
  if (match === null) return undefined;
  return { socketPath: match[1] ?? '', serverPid: Number(match[2]), session: Number(match[3]) };
}

/** Kills tmux sessions. Simultaneous kills on one server share one command: fifty tmux clients
 * cost more than all the signals of fifty terminations. */
import type { Reading } from '../../core/model/model.ts';
import type { SessionRef } from '../../core/ports/sessions.ts';
import { ifSame, isSessionId } from './session-control.ts';
import { askTmux } from './tmux-client.ts';

/** tmux accepts commands of up to 16 KB; one kill takes little over a hundred characters. */
const mostTogether = 50;

type Batch = {
  readonly words: string[];
  count: number;
  readonly result: Promise<Reading<true>>;
};

/** @param ask queries a server. @returns a function that kills a session if it is still the same
 * one; a replaced session does not fail the others. */
export function createSessionKills(
  ask: (socketPath: string, words: readonly string[]) => Promise<Reading<unknown>> = askTmux,
): (session: SessionRef) => Promise<Reading<true>> {
  const open = new Map<string, Batch>();
  const begin = (socketPath: string): Batch => {
    const words: string[] = [];
    // Runs after all synchronous callers have added their kills.
    const result = Promise.resolve().then(async (): Promise<Reading<true>> => {
      if (open.get(socketPath) === batch) open.delete(socketPath);
      const reading = await ask(socketPath, words);
      return reading.ok ? { ok: true, value: true } : reading;
    });
    const batch = { words, count: 0, result };
    open.set(socketPath, batch);
    return batch;
  };
  return async session => {
    const { socketPath, id } = session;
    if (!isSessionId(id)) return { ok: false, reason: `${id} is not a session id` };
    const before = open.get(socketPath);
    const batch = before !== undefined && before.count < mostTogether ? before : begin(socketPath);
    if (batch.count > 0) batch.words.push(';');
    batch.words.push(...ifSame(session, `kill-session -t '${id}'`));
    batch.count++;
    return batch.result;
  };
}

/** Kills of tmux sessions. Those that are asked for at once go to their server in one command: starting
 * fifty tmux clients costs more than all the signals of fifty endings. */
import type { Reading } from '../../core/model/model.ts';
import type { SessionRef } from '../../core/ports/sessions.ts';
import { ifSame, isSessionId } from './session-control.ts';
import { askTmux } from './tmux-client.ts';

/** tmux takes commands of up to 16 K; one kill is little over a hundred characters. */
const mostTogether = 50;

type Batch = {
  readonly words: string[];
  count: number;
  readonly result: Promise<Reading<true>>;
};

/** @param ask what asks a server. @returns kills one session if it still is that session of that server;
 * one that is not is no failure of the others. */
export function createSessionKills(
  ask: (socketPath: string, words: readonly string[]) => Promise<Reading<unknown>> = askTmux,
): (session: SessionRef) => Promise<Reading<true>> {
  const open = new Map<string, Batch>();
  const begin = (socketPath: string): Batch => {
    const words: string[] = [];
    // After everybody who asks now has asked.
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

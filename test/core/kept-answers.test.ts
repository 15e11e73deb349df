/** When the answer of a tmux server may be used again, on a simulated server. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createKeptAnswers } from '../../source/host/tmux/kept-answers.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A server that runs once for each question, and whenever something happens in it. */
function server({ isForeign = false } = {}) {
  const state = { runs: 1, name: 'a', pid: 7, now: 0 };
  const runsOf = (pid: number) => (pid === state.pid && !isForeign ? `${state.runs}` : '9');
  const answers = createKeptAnswers<string>(runsOf, () => state.now);
  const ask = (identity = 'socket') =>
    answers.ask('/s', identity, async () => {
      state.runs++;
      return { value: state.name, serverPid: state.pid };
    });
  return {
    state,
    ask,
    kept: (identity = 'socket') => answers.at('/s', identity),
    async askTwice() {
      await ask();
      await ask();
      vi.advanceTimersByTime(20);
    },
  };
}

it('is used while the server does not run', async () => {
  const { askTwice, kept, state } = server();
  await askTwice();
  state.now = 4999;
  expect(kept()).toBe('a');
});

it.each([
  ['the server has run', { runs: 4 }],
  ['another server has the pid', { pid: 8 }],
  ['five seconds have passed', { now: 5000 }],
])('is not used when %s', async (_, change) => {
  const { askTwice, kept, state } = server();
  await askTwice();
  Object.assign(state, change);
  expect(kept()).toBeUndefined();
});

it('is not used for another file at the same path', async () => {
  const { askTwice, kept } = server();
  await askTwice();
  expect(kept('new socket')).toBeUndefined();
});

it('is not used before the server has settled', async () => {
  const { ask, kept } = server();
  await ask();
  await ask();
  expect(kept()).toBeUndefined();
});

it('is never used where the server cannot be seen running', async () => {
  const { askTwice, kept } = server({ isForeign: true });
  await askTwice();
  expect(kept()).toBeUndefined();
});

it('a failure is not kept', async () => {
  const answers = createKeptAnswers<string>(
    () => '1',
    () => 0,
  );
  await answers.ask('/s', 'socket', async () => ({ value: 'refused' }));
  vi.advanceTimersByTime(20);
  expect(answers.at('/s', 'socket')).toBeUndefined();
});

/** Alerts of the built program: the terminal's bell, and a message on the tmux client. */
import { afterEach, expect, it } from 'vitest';
import { eventually } from './helpers/eventually.ts';
import { type LiveScreen, startScreen } from './helpers/screen.ts';
import { type OwnTerminal, openTerminal } from './helpers/terminal.ts';
import { vigilEnv } from './helpers/vigil.ts';

let screen: LiveScreen | undefined;
let terminal: OwnTerminal | undefined;
afterEach(() => {
  terminal?.close();
  terminal = undefined;
  screen?.close();
  screen = undefined;
});

/** vigil in a tmux of its own, of which it shows the sessions; one is there from the beginning. */
async function open(...words: string[]): Promise<LiveScreen> {
  const own = '"$' + '{TMUX%%,*}"';
  screen = await startScreen(['-S', own, '-F', 'session:agent_', '-d', '0.5', ...words], {
    columns: 130,
  });
  // The first poll is over: what comes from now on is new.
  await screen.shows('vigil itself');
  return screen;
}
const rang = (live: LiveScreen) =>
  live.server.tmux('display-message', '-p', '-t', '=s:', '#{window_bell_flag}').trim() === '1';

it('the bell rings for a new orphan, not for what was there, and A turns it off', async () => {
  const live = await open('--alert', 'bell');
  live.server.session('agent_first', 'sleep', '1000');
  await live.shows(/orphan\?? +agent_first/);
  await eventually('the bell rings', () => rang(live));
  await live.shows('agent_first is an orphan');
  live.press('A', 'A', 'A');
  await live.shows('alerts: off');
  live.press('q');
  await live.shows('left with 0');
});

it('what is there at the start rings no bell', async () => {
  const live = await open('--alert', 'both');
  live.server.session('agent_second', 'sleep', '1000');
  await live.shows('agent_second is an orphan');
  live.press('q');
  await live.shows('left with 0');
  live.server.tmux('kill-session', '-C', '-t', '=s');
  expect(rang(live)).toBe(false);
  live.press('Up', 'Enter');
  await live.shows(/orphan\?? +agent_second/);
  live.server.session('agent_third', 'sleep', '1000');
  await live.shows('agent_third is an orphan');
  live.press('e');
  const log = await live.shows(/agent_third is an orphan/);
  expect(log).not.toContain('agent_second is an orphan');
});

it('a message is shown on the client that shows vigil, and nothing in it is expanded', async () => {
  const live = await open('--alert', 'message');
  terminal = openTerminal(
    ['tmux', '-S', live.server.path, 'attach-session', '-t', '=s'],
    vigilEnv({ TERM: 'xterm-256color' }),
    { columns: 130 },
  );
  await terminal.prints('session:agent_');
  // tmux expands the name once, when it makes the session.
  live.server.session('agent_a##(echo run)%H', 'sleep', '1000');
  await terminal.prints('vigil: agent_a#(echo run)%H is an orphan');
  expect(rang(live)).toBe(false);
});

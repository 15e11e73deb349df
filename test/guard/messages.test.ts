/** A message of the guard, on a client of a real tmux server. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createMessages } from '../../source/host/run/messages.ts';
import { type OwnTerminal, openTerminal } from '../helpers/terminal.ts';
import { startTmux, type TmuxServer } from '../helpers/tmux-server.ts';
import { vigilEnv } from '../helpers/vigil.ts';

let server: TmuxServer;
let terminal: OwnTerminal | undefined;
beforeEach(() => {
  server = startTmux();
  server.session('work', 'sleep', '1000');
});
afterEach(() => {
  terminal?.close();
  terminal = undefined;
  server.close();
});

it('every client of this user shows it, as text', async () => {
  const attach = ['tmux', '-S', server.path, 'attach-session', '-t', '=work'];
  terminal = openTerminal(attach, vigilEnv({ TERM: 'xterm-256color' }), { columns: 100 });
  await terminal.prints('[work]');
  const { TMUX: _tmux, ...env } = process.env;
  const shown = await createMessages(env)('tmux', 'vigil: 1 ghost #(touch /tmp/x) %H;');
  expect(shown).toEqual({ ok: true, value: true });
  await terminal.prints('vigil: 1 ghost #(touch /tmp/x) %H;');
});

it('a missing notifier is a reason', async () => {
  const path = process.env.PATH;
  process.env.PATH = '/nonexistent';
  try {
    const shown = await createMessages(process.env)('desktop', 'vigil: 1 ghost');
    expect(shown).toEqual({ ok: false, reason: 'notify-send is not installed' });
  } finally {
    process.env.PATH = path;
  }
});

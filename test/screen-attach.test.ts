/** The key a on the built program in a real terminal: a session on another tmux server is attached and
 * detached again, whatever happens meanwhile. */
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Agent, type Agents, allDead, startAgents } from './helpers/agents.ts';
import { eventually } from './helpers/eventually.ts';
import { type LiveScreen, startScreen } from './helpers/screen.ts';
import { statOf } from './helpers/stand-ins.ts';
import { type OwnTerminal, openTerminal } from './helpers/terminal.ts';
import type { TmuxServer } from './helpers/tmux-server.ts';
import { cliPath, vigilEnv } from './helpers/vigil.ts';

let farm: Agents;
let agent: Agent;
let screen: LiveScreen | undefined;
let terminal: OwnTerminal | undefined;
beforeEach(async () => {
  farm = startAgents();
  agent = await farm.start('alpha-1', 'cooperative');
});
afterEach(() => {
  terminal?.close();
  terminal = undefined;
  screen?.close();
  screen = undefined;
  farm.close();
});

async function open(...words: string[]): Promise<LiveScreen> {
  farm.record();
  screen = await startScreen([...farm.options, '-d', '0.5', '-s', 'agent', ...words], {
    columns: 130,
    env: `XDG_STATE_HOME='${farm.state}'`,
  });
  await screen.shows(/> live +alpha-1/);
  return screen;
}
/** tmux's list of its clients, one a line. */
const clientsOf = (server: TmuxServer, format = '#{session_name}') =>
  server.tmux('list-clients', '-F', format).trim();
const attached = (to: string) =>
  eventually(`a client shows ${to}`, () => clientsOf(farm.server) === to);
const contentOf = ({ session }: Agent) =>
  farm.server.tmux('capture-pane', '-p', '-t', `=${session}:`);
const typed = (text: string) =>
  eventually(`the session shows ${text}`, () => contentOf(agent).includes(text));
const modes = (live: LiveScreen) =>
  live.server
    .tmux('display-message', '-p', '-t', '=s:', '#{alternate_on} #{mouse_any_flag}')
    .trim();

async function attach(live: LiveScreen): Promise<void> {
  live.press('a');
  await attached(agent.session);
  // Until then the table is still there, and looks as if the session had been left again.
  await live.showsNot('CLASS');
}

describe('a session on another server', () => {
  it('is shown with a and detached with prefix d; vigil reads no key meanwhile', async () => {
    const live = await open('--mouse');
    expect(modes(live)).toBe('1 1');
    await attach(live);
    live.press('-l', 'q?xy:');
    await typed('q?xy:');
    live.resize(100, 20);
    await eventually(
      'the session has the new size',
      () => clientsOf(farm.server, '#{client_width}x#{client_height}') === '100x20',
    );
    live.press('C-b', 'd');
    const content = await live.shows(/> live +alpha-1/);
    expect(content.split('\n').length).toBeLessThan(20);
    expect(modes(live)).toBe('1 1');
    live.press('?');
    await live.shows('end gracefully');
    live.press('Escape', 'q');
    await live.shows('left with 0');
    expect(modes(live)).toBe('0 0');
    live.press('echo back', 'Enter');
    await live.shows(/^back$/m);
  });

  it('that ends meanwhile returns to the screen, again and again', async () => {
    const live = await open();
    for (let round = 0; round < 3; round++) {
      await attach(live);
      live.press('C-b', 'd');
      await live.shows(/> live +alpha-1/);
    }
    await attach(live);
    farm.server.tmux('kill-session', '-t', `=${agent.session}`);
    await live.shows(/> ghost +alpha-1/);
    live.press('a');
    await live.shows('alpha-1 has no session to attach to');
  });

  it('that is gone before attaching is reported on the screen, and in its log', async () => {
    const live = await open();
    live.press('Z');
    await live.shows('paused');
    farm.server.tmux('kill-session', '-t', `=${agent.session}`);
    live.press('a');
    await live.shows(`the session is gone (${agent.session})`);
    live.press('e');
    await live.shows(/^\d\d:\d\d:\d\d the session is gone/m);
    expect(clientsOf(farm.server)).toBe('');
  });

  it('whose server dies under its client returns to the screen, with a message', async () => {
    const live = await open();
    await attach(live);
    process.kill(farm.server.pid(), 'SIGKILL');
    await live.shows(/its tmux client exited with code \d \(agent_alpha-1\)/);
    live.press('q');
    await live.shows('left with 0');
    live.press('stty -a | grep -c " icanon"', 'Enter');
    await live.shows(/^1$/m);
  });

  it('with --read-only receives no key', async () => {
    const live = await open('--read-only');
    await attach(live);
    expect(clientsOf(farm.server, '#{client_readonly}')).toBe('1');
    // tmux takes keys that arrive together for a paste, and a prefix in a paste for text.
    farm.server.tmux('set-option', '-g', 'assume-paste-time', '0');
    live.press('-l', 'nobody reads this');
    live.press('C-b', 'd');
    await live.shows(/> live +alpha-1/);
    expect(contentOf(agent)).not.toContain('nobody');
  });
});

describe('outside tmux', () => {
  async function openHere(): Promise<OwnTerminal> {
    farm.record();
    const words = [process.execPath, cliPath, ...farm.options, '-d', '0.5'];
    const env = vigilEnv({ XDG_STATE_HOME: farm.state, TERM: 'xterm-256color' });
    const live = openTerminal(words, env);
    terminal = live;
    await live.prints(/live.*alpha-1/s);
    live.type('a');
    await attached(agent.session);
    return live;
  }

  it('a session is shown, and the terminal is taken back', async () => {
    const live = await openHere();
    const before = live.output().length;
    live.type('hello');
    await typed('hello');
    live.type('\u0002');
    live.type('d');
    await eventually('no client is there', () => clientsOf(farm.server) === '');
    await eventually('the table is back', () =>
      /CLASS.*alpha-1/s.test(live.output().slice(before)),
    );
    live.type('q');
    expect(await live.left).toEqual({ code: 0, signal: null, cooked: true });
  });

  it('SIGTERM meanwhile restores the terminal', async () => {
    const live = await openHere();
    process.kill(await live.pid(), 'SIGTERM');
    expect(await live.left).toEqual({ code: 143, signal: null, cooked: true });
    const output = live.output();
    expect(output.lastIndexOf('[?1049l')).toBeGreaterThan(output.lastIndexOf('[?1049h'));
    expect(clientsOf(farm.server)).toBe('');
  });
});

describe('while a session is shown', () => {
  it('a termination continues, and is reported afterwards', async () => {
    const stubborn = await farm.start('beta-1', 'stubborn');
    const live = await open();
    live.press('j');
    await live.shows(/> live +beta-1/);
    live.press('x');
    await live.shows('End gracefully: 1 target');
    await live.confirm();
    await live.shows(/beta-1 .*terminating/);
    live.press('g');
    await attach(live);
    await allDead(stubborn.pids);
    await eventually('it is on record', () => {
      const { agents } = JSON.parse(readFileSync(farm.workspace.taskFile(farm.task), 'utf8'));
      return agents.find((each: { id: string }) => each.id === 'beta-1').status === 'terminated';
    });
    expect(clientsOf(farm.server)).toBe(agent.session);
    expect(live.capture()).not.toContain('CLASS');
    live.press('C-b', 'd');
    await live.shows(/beta-1 killed in \d+\.\d s/);
  });

  for (const [signal, code] of [
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)
    it(`${signal} ends the client and restores the terminal`, async () => {
      const live = await open('--mouse');
      await attach(live);
      process.kill(await live.pid(), signal);
      const content = await live.shows(`left with ${code}`);
      expect(content).not.toContain('CLASS');
      expect(clientsOf(farm.server)).toBe('');
      expect(modes(live)).toBe('0 0');
      live.press('stty -a | grep -c " icanon.* echo "', 'Enter');
      await live.shows(/^1$/m);
      expect(statOf(agent.pids[0] ?? 0)?.state).toBe('S');
    });

  it('its client stops vigil with it (prefix Ctrl-Z), and fg shows the session again', async () => {
    const live = await open();
    await attach(live);
    live.press('C-b', 'C-z');
    await live.shows(/Stopped/);
    live.press('echo back', 'Enter');
    await live.shows(/^back$/m);
    live.press('fg', 'Enter');
    await live.shows(/\[agent_alp/);
    live.press('-l', 'again');
    await typed('again');
    live.press('C-b', 'd');
    await live.shows(/> live +alpha-1/);
  });

  it('SIGTSTP and SIGCONT from another process do not take the terminal from it', async () => {
    const live = await open();
    await attach(live);
    const pid = await live.pid();
    process.kill(pid, 'SIGTSTP');
    process.kill(pid, 'SIGCONT');
    live.press('-l', 'undisturbed');
    await typed('undisturbed');
    live.press('C-b', 'd');
    await live.shows(/> live +alpha-1/);
    live.press('q');
    await live.shows('left with 0');
  });
});

describe('inside tmux', () => {
  it('the surrounding client shows a session of the same server, and vigil keeps running', async () => {
    // The shell names its server: vigil gets no other.
    screen = await startScreen(['-S', '"$' + '{TMUX%%,*}"', '-d', '0.5', '-s', 'agent'], {
      columns: 130,
    });
    const { server } = screen;
    server.session('agent_here', 'sleep', '1000');
    server.session('agent_here-more', 'sleep', '1000');
    terminal = openTerminal(
      ['tmux', '-S', server.path, 'attach-session', '-t', '=s'],
      vigilEnv({ TERM: 'xterm-256color' }),
      { columns: 130 },
    );
    await eventually('a client shows vigil', () => clientsOf(server) === 's');
    screen.press('/');
    screen.press('-l', 'agent_here');
    screen.press('Enter', 'g');
    await screen.shows(/> \w+\?? +agent_here /);
    screen.press('a');
    await eventually('it shows the session', () => clientsOf(server) === 'agent_here');
    await terminal.prints('C-b L returns to vigil');
    await screen.shows(/> \w+\?? +agent_here .*attached/);
    terminal.type('\u0002');
    terminal.type('L');
    await eventually('it shows vigil again', () => clientsOf(server) === 's');
    screen.press('q');
    await screen.shows('left with 0');
  });
});

it('the demo has no session to attach to', async () => {
  screen = await startScreen(['--demo'], { columns: 140 });
  await screen.shows(/> live/);
  screen.press('a');
  await screen.shows('there is nothing real to attach to');
});

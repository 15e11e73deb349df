/** The live screen on unusual terminals: every size, job control, long stops, TERM and locale, and stdin or
 * stdout that is no terminal. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Observer, startObserver } from './helpers/aftermath.ts';
import { type Agent, type Agents, startAgents } from './helpers/agents.ts';
import { rounds } from './helpers/campaign.ts';
import { eventually } from './helpers/eventually.ts';
import { type LiveScreen, startScreen } from './helpers/screen.ts';
import { statOf } from './helpers/stand-ins.ts';
import { type OwnTerminal, openTerminal } from './helpers/terminal.ts';
import { cliPath, vigilEnv } from './helpers/vigil.ts';

let farm: Agents;
let agent: Agent;
let observer: Observer;
let terminal: OwnTerminal | undefined;
let screen: LiveScreen | undefined;
beforeEach(async () => {
  farm = startAgents();
  agent = await farm.start('alpha-1', 'stubborn');
  const other = await farm.start('beta-1', 'cooperative');
  farm.record();
  observer = await startObserver(farm, agent, [other]);
});
afterEach(() => {
  terminal?.close();
  terminal = undefined;
  screen?.close();
  screen = undefined;
  farm.close();
});

const env = (more: Record<string, string | undefined> = {}) =>
  vigilEnv({ XDG_STATE_HOME: farm.state, TERM: 'xterm-256color', ...more });
const words = () => [process.execPath, cliPath, ...farm.options, '-d', '0.5'];
async function openShell(...more: string[]): Promise<LiveScreen> {
  screen = await startScreen([...farm.options, '-d', '0.5', ...more], {
    env: `XDG_STATE_HOME='${farm.state}'`,
  });
  await screen.shows(/live +alpha-1/);
  return screen;
}

describe('a size', () => {
  for (const [columns, rows] of [
    [20, 5],
    [1, 1],
    [0, 0],
    [1, 50],
    [500, 1],
    [1000, 500],
  ] as const)
    it(`of ${columns}×${rows} is drawn within it, and q quits`, async () => {
      const live = openTerminal(words(), env(), { columns, rows });
      terminal = live;
      await live.prints('\u001b[?2026l');
      // A terminal without a size counts as 80 by 24.
      const lines = [...live.output().matchAll(/\[(\d+);1H/g)].map(match => Number(match[1]));
      expect(Math.max(...lines)).toBeLessThanOrEqual(rows || 24);
      live.type('q');
      expect(await live.left).toEqual({ code: 0, signal: null, cooked: true });
    });

  it('that changes hundreds of times a second ends in one whole frame', async () => {
    const live = openTerminal(words(), env());
    terminal = live;
    await live.prints(/live.*alpha-1/s);
    const changes = rounds(120, 5000);
    for (let index = 0; index < changes; index++) {
      live.resize(1 + ((index * 37) % 200), 1 + ((index * 17) % 60));
      if (index % 50 === 49) await new Promise(resolve => setTimeout(resolve, 100));
    }
    live.resize(90, 20);
    const from = live.output().length;
    live.type('\f');
    await eventually('a whole frame is drawn', () =>
      /live.*alpha-1/s.test(live.output().slice(from)),
    );
    live.type('q');
    expect(await live.left).toEqual({ code: 0, signal: null, cooked: true });
  });
});

describe('job control', () => {
  it('SIGTSTP from another process restores the terminal, and fg redraws the screen', async () => {
    const live = await openShell();
    const pid = await live.pid();
    for (let round = 0; round < 2; round++) {
      process.kill(pid, 'SIGTSTP');
      await live.shows(/Stopped/);
      await eventually('it is stopped', () => statOf(pid)?.state === 'T');
      live.press('echo back', 'Enter');
      await live.shows(/^back$/m);
      live.press('clear; fg', 'Enter');
      await live.shows(/live +alpha-1/);
    }
    live.press('q');
    await live.showsNot('CLASS');
    await live.shows(/ready>$/);
  });

  it('after an unexpected SIGSTOP the screen is redrawn and takes keys', async () => {
    const live = await openShell();
    const pid = await live.pid();
    process.kill(pid, 'SIGSTOP');
    await live.shows(/Stopped/);
    live.press('clear; fg', 'Enter');
    await live.shows(/live +alpha-1/);
    live.press('?');
    await live.shows('kill with SIGKILL');
    live.press('Escape', 'q');
    await live.shows(/ready>$/);
  });

  it('a termination that was stopped for long ends the same', async () => {
    const live = await openShell('-F', 'alpha');
    const pid = await live.pid();
    live.press('x');
    await live.shows('End gracefully');
    await live.confirm();
    await eventually('it is under way', () => observer.log().length > 0);
    process.kill(pid, 'SIGSTOP');
    await live.shows(/Stopped/);
    const until = Date.now() + rounds(3, 60) * 1000;
    await eventually('the time is over', () => Date.now() > until, 90_000);
    live.press('fg', 'Enter');
    await eventually('it is on record', () => observer.statusOf(agent) === 'terminated');
    await eventually('it is told of', () => observer.log().at(-1)?.outcome === 'killed');
    observer.afterwards([agent]);
  }, 120_000);
});

describe('a terminal', () => {
  for (const [title, more] of [
    ['without TERM', { TERM: undefined }],
    ['of an unknown type', { TERM: 'no-such\u001b[2J' }],
    ['with LANG=C', { LANG: 'C', LC_ALL: undefined }],
    ['with an unknown locale', { LC_ALL: 'xx_YY.nothing' }],
  ] as const)
    it(`${title} can show the screen`, async () => {
      const live = openTerminal(words(), env(more));
      terminal = live;
      await live.prints(/live.*alpha-1/s);
      live.type('q');
      expect(await live.left).toEqual({ code: 0, signal: null, cooked: true });
      if (!('TERM' in more)) expect(live.output()).toMatch(/^[ -~\p{Cc}]*$/u);
    });

  for (const [title, redirection] of [
    ['stdin', '</dev/null'],
    ['stdout', '| cat'],
    ['stdin that is closed', '<&-'],
  ] as const)
    it(`without ${title} gets one table, and no escape sequence but colours`, async () => {
      const quoted = words().map(word => `'${word}'`);
      terminal = openTerminal(['bash', '-c', `${quoted.join(' ')} ${redirection}`], env());
      const left = await terminal.left;
      expect(left).toEqual({ code: 0, signal: null, cooked: true });
      expect(terminal.output()).toContain('printing one table');
      expect(terminal.output()).toContain('alpha-1');
      expect(terminal.output()).not.toContain('\u001b[?');
    });
});

/** The terminal is lost during a kill, as when ssh drops: the kill is finished without it, and
 * its result is in the log. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Observer, startObserver } from '../helpers/aftermath.ts';
import { type Agent, type Agents, startAgents } from '../helpers/agents.ts';
import { eventually } from '../helpers/eventually.ts';
import { type OwnTerminal, openTerminal } from '../helpers/terminal.ts';
import { cliPath, vigilEnv } from '../helpers/vigil.ts';

let farm: Agents;
let terminal: OwnTerminal | undefined;
let agent: Agent;
let observer: Observer;
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
  farm.close();
});

const open = (...words: string[]) => {
  terminal = openTerminal(
    [process.execPath, cliPath, ...words, ...farm.options],
    vigilEnv({ XDG_STATE_HOME: farm.state }),
  );
  return terminal;
};
const sent = (signal: string) =>
  eventually(`${signal} was sent`, () => observer.log().some(line => line.signal === signal));

/** It took its normal time: a hang-up counts once, however often it is reported. */
function expectFinished(): void {
  observer.afterwards([agent]);
  expect(observer.statusOf(agent)).toBe('terminated');
  expect(observer.log().at(-1)).toMatchObject({
    target: 'agent:alpha-1',
    outcome: 'killed',
    errors: [],
  });
  expect(observer.log().at(-1)?.durationMs).toBeGreaterThan(3500);
}

it('vigil kill finishes, records the result and exits with 129', async () => {
  const live = open('kill', 'alpha-1', '--yes');
  await sent('SIGTERM');
  live.hangUp();
  expect(await live.left).toEqual({ code: 129, signal: null, cooked: null });
  expectFinished();
});

it('so does the screen, with its terminal in raw mode', async () => {
  const live = open('-d', '0.3', '-F', 'alpha');
  await live.prints(/live.*alpha/s);
  live.type('x');
  // The dialog accepts an answer only once the plan can have been read.
  await live.prints('y: SIGTERM');
  live.type('y');
  await sent('SIGTERM');
  live.hangUp();
  expect(await live.left).toEqual({ code: 129, signal: null, cooked: null });
  expectFinished();
});

it('additional hang-ups from kernel and shell do not escalate', async () => {
  const live = open('kill', 'alpha-1', '--yes');
  await sent('SIGTERM');
  const pid = await live.pid();
  live.hangUp();
  for (let count = 0; count < 3; count++) process.kill(pid, 'SIGHUP');
  expect(await live.left).toMatchObject({ code: 129, signal: null });
  expectFinished();
});

it('without a kill in progress the screen and a prompt exit with 129 at once', async () => {
  for (const [words, shown] of [
    [['-d', '0.3'], 'alpha-1'],
    [['kill', 'alpha-1'], '[y/N]'],
  ] as const) {
    const live = open(...words);
    await live.prints(shown);
    live.hangUp();
    expect(await live.left).toEqual({ code: 129, signal: null, cooked: null });
  }
  observer.afterwards([]);
  expect(observer.statusOf(agent)).toBe('working');
  expect(observer.log()).toEqual([]);
});

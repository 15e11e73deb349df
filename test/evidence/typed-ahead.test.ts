/** Input typed or pasted before an offer was readable confirms nothing. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Agent, allDead, isAlive } from '../helpers/agents.ts';
import { type Cleanups, startCleanups } from '../helpers/cleanups.ts';
import { type LiveScreen, startScreen } from '../helpers/screen.ts';

let farm: Cleanups;
let screen: LiveScreen | undefined;
beforeEach(() => {
  farm = startCleanups();
});
afterEach(() => {
  screen?.close();
  screen = undefined;
  farm.close();
});

async function open(): Promise<{ live: Agent; undead: Agent; table: LiveScreen }> {
  const live = await farm.start('live-1', 'with a setsid child');
  const undead = await farm.start('undead-1', 'cooperative');
  farm.recordAs({ 'live-1': 'working', 'undead-1': 'completed' });
  const table = await startScreen([...farm.options, '-s', 'agent', '-d', '0.3'], {
    columns: 140,
    rows: 40,
    env: `XDG_STATE_HOME='${farm.state}'`,
  });
  screen = table;
  await table.shows(/> +live +live-1/);
  return { live, undead, table };
}

/** Arrives in one piece, as from a terminal that does not mark pastes. */
function writeAtOnce(table: LiveScreen, text: string): void {
  table.server.tmux('set-buffer', '-b', 'raw', text);
  table.server.tmux('paste-buffer', '-b', 'raw', '-t', '=s:');
}

describe('keys that arrive before the offer was shown', () => {
  it('end nothing: in one write, in a sentence, in two writes, for each verb', async () => {
    const { live, undead, table } = await open();
    const all = [...live.pids, ...undead.pids];
    const attempts: readonly (readonly [string, RegExp, string])[] = [
      ['xy', /End gracefully: 1 target/, 'y: SIGTERM, then SIGKILL'],
      ['Xy', /Kill with SIGKILL: 1 target/, 'y: SIGKILL every process'],
      ['wy', /Sweep: 1 to end/, 'y: clean up everything listed'],
      ['xyyyyyyy', /End gracefully: 1 target/, 'y: SIGTERM, then SIGKILL'],
    ];
    for (const [text, offer, way] of attempts) {
      writeAtOnce(table, text);
      await table.shows(offer);
      // The offer is shown and unconfirmed: now it can be confirmed.
      await table.shows(way);
      expect([text, all.filter(pid => !isAlive(pid))]).toEqual([text, []]);
      table.press('Escape');
      await table.showsNot(offer);
      await table.shows(/> +live +live-1/);
    }
    // Two writes, one after the other: tmux takes both commands at once.
    table.server.tmux('send-keys', '-t', '=s:', 'x', ';', 'send-keys', '-t', '=s:', 'y');
    await table.shows(/y: SIGTERM/);
    expect(all.filter(pid => !isAlive(pid))).toEqual([]);
    table.press('Escape');
    await table.showsNot('End gracefully');
    // A sentence with both letters in it, without paste markers.
    writeAtOnce(table, 'fix yields 3 proxy yes');
    await table.shows('y: SIGTERM, then SIGKILL');
    table.press('Escape');
    await table.showsNot('End gracefully');
    expect(all.filter(pid => !isAlive(pid))).toEqual([]);
    expect(farm.sessions()).toEqual(['agent_live-1', 'agent_undead-1', 'people']);
  });

  it('do not invalidate the offer: a y after it is shown ends the agent', async () => {
    const { live, undead, table } = await open();
    writeAtOnce(table, 'xy');
    await table.shows(/End gracefully: 1 target/);
    await table.shows(/y: SIGTERM, then SIGKILL for any process still running/);
    expect(live.pids.every(isAlive)).toBe(true);
    table.press('y');
    await allDead(live.pids);
    await table.shows(/ghost +live-1|ended +live-1/);
    expect(undead.pids.every(isAlive)).toBe(true);
    table.press('w');
    await table.shows(/Sweep: 1 to end/);
    await table.shows('y: clean up everything listed');
    table.press('y');
    await allDead(undead.pids);
  });

  it('do nothing if the plan changes: the new one is offered again', async () => {
    const { live, table } = await open();
    table.press('x');
    await table.shows(/y: SIGTERM/);
    table.press('Escape');
    await table.showsNot('End gracefully');
    writeAtOnce(table, 'jxy');
    await table.shows(/End gracefully: 1 target/);
    await table.shows(/y: SIGTERM/);
    expect(live.pids.every(isAlive)).toBe(true);
  });
});

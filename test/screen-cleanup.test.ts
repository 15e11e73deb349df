/** Sweep and shutdown with keys, on the built program in a real terminal, with real agents beside it. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allDead, isAlive } from './helpers/agents.ts';
import { type Cleanups, startCleanups } from './helpers/cleanups.ts';
import { eventually } from './helpers/eventually.ts';
import { type LiveScreen, startScreen } from './helpers/screen.ts';

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

async function open(...words: string[]): Promise<LiveScreen> {
  screen = await startScreen([...farm.options, '-d', '0.5', ...words], {
    columns: 130,
    rows: 40,
    env: `XDG_STATE_HOME='${farm.state}'`,
  });
  await screen.shows(/(live|undead) +\w+-1/);
  return screen;
}

async function grow() {
  const undead = await farm.start('undead-1', 'stubborn');
  const live = await farm.start('live-1', 'with a setsid child');
  farm.husk('husk-1');
  farm.recordAs({
    'undead-1': 'completed',
    'husk-1': 'working',
    'live-1': 'working',
    'ended-1': 'completed',
  });
  for (const id of ['live-1', 'ended-1', 'nobody-1']) farm.writeFiles(id);
  return { undead: undead.pids, live: live.pids };
}
const prompt = (id: string) => join(farm.taskDirectory, `agent_prompt_${id}.txt`);
const journal = () => join(farm.workspace.path, 'shutdown_state.json');

describe('w', () => {
  it('shows leftovers, Esc and Enter cancel, y cleans up and shows the result', async () => {
    const { undead, live } = await grow();
    const table = await open();
    for (const no of ['Escape', 'Enter', 'n']) {
      table.press('w');
      const plan = await table.shows(/Sweep: 2 to end, \d+ files to remove or archive/);
      expect(plan).toContain('> Cancel <');
      expect(plan).toContain('session agent_undead-1');
      expect(plan).toMatch(/archive .*agent_prompt_nobody-1\.txt/);
      expect(plan).not.toContain('agent_live-1');
      table.press(no);
      await table.showsNot('Sweep: ');
      expect(undead.every(isAlive) && existsSync(prompt('nobody-1'))).toBe(true);
    }
    table.press('w');
    await table.shows('Sweep: 2 to end');
    await table.confirm();
    await table.shows(/undead-1 .*terminating [123]\/3 \d\.\ds/);
    await table.shows(/2 ended, 0 removed, 6 archived, [\d.]+ s/);
    await allDead(undead);
    expect(live.every(isAlive)).toBe(true);
    expect([existsSync(prompt('nobody-1')), existsSync(prompt('live-1'))]).toEqual([false, true]);
    expect(farm.sessions()).toEqual(['agent_live-1', 'people']);
    table.press('Escape');
    await table.shows('sweep: done');
    table.press('w');
    await table.shows('no leftovers');
    table.press('y');
    await table.shows('no leftovers');
    table.press('Escape');
    await table.shows(/live +live-1/);
  });
});

describe('Q', () => {
  it('shows the plan, and only the whole word confirms', async () => {
    const { undead, live } = await grow();
    const table = await open();
    table.press('Q');
    await table.shows(/Shutdown: 3 to end, \d+ files/);
    const plan = await table.shows('Type "shutdown" and press Enter (Esc cancels):');
    expect(plan).toContain('session agent_live-1');
    table.press('Enter');
    table.press('y', 'Enter');
    await table.shows('"y" does not match; nothing was ended');
    table.press('C-u', 'shutdow', 'x', 'BSpace', 'Enter');
    await table.shows('"shutdow" does not match; nothing was ended');
    table.press('shutdow');
    await table.shows(/Esc cancels\):\n +shutdow$/m);
    table.paste('n\n');
    table.press('Enter');
    await table.shows('"shutdow" does not match; nothing was ended');
    table.press('Escape');
    await table.shows(/live +live-1/);
    table.press('Q');
    await table.shows(/Esc cancels\):$/m);
    table.press('Escape');
    await table.shows(/live +live-1/);
    expect([...undead, ...live].every(isAlive)).toBe(true);
    expect(existsSync(journal())).toBe(false);
  });

  it('ends all agents in view, and reports the result', async () => {
    const { undead, live } = await grow();
    const person = await farm.interactive('work');
    const table = await open();
    table.press('Q');
    await table.shows('Shutdown: 3 to end');
    await table.confirm('shutdown', 'Enter');
    await table.shows(/undead-1 .*terminating [123]\/3 \d\.\ds/);
    await table.shows(/cleanup completed: 3 ended, .* 0 survivors/);
    await allDead([...undead, ...live]);
    expect(isAlive(person)).toBe(true);
    expect(farm.sessions()).toEqual(['people', 'work']);
    expect(JSON.parse(readFileSync(journal(), 'utf8')).phase).toBe('done');
    expect(['live-1', 'husk-1'].map(farm.status)).toEqual(['terminated', 'terminated']);
    expect(existsSync(prompt('live-1'))).toBe(false);
    table.press('Escape');
    await table.shows('shutdown: cleanup completed');
    // vigil keeps running, and shows what remains: the user's own.
    await table.shows(/interactive/);
    await table.showsNot(/live +live-1/);
  });

  it('reports what failed', async () => {
    const { live } = await grow();
    const outside = join(farm.standIns.directory, 'outside');
    writeFileSync(outside, 'kept');
    execFileSync('ln', [outside, prompt('linked-1')]);
    const table = await open();
    table.press('Q');
    await table.shows('Shutdown: 3 to end');
    await table.confirm('shutdown', 'Enter');
    await table.shows('cleanup incomplete');
    await table.shows(
      /kept .*agent_prompt_linked-1\.txt: unsafe path\s+agent_prompt_linked-1\.txt: 2 hard links/,
    );
    await allDead(live);
    expect(readFileSync(outside, 'utf8')).toBe('kept');
  });

  it('is finished if vigil is told to quit meanwhile', async () => {
    const { undead, live } = await grow();
    const table = await open();
    table.press('Q');
    await table.shows('Shutdown: 3 to end');
    await table.confirm('shutdown', 'Enter');
    await table.shows(/undead-1 .*terminating [123]\/3/);
    table.press('q');
    await table.shows('Quit?');
    await table.confirm();
    await table.shows('left with 0');
    expect([...undead, ...live].filter(isAlive)).toEqual([]);
    await eventually(
      'it is done',
      () => JSON.parse(readFileSync(journal(), 'utf8')).phase === 'done',
    );
  });
});

it('with --read-only neither is possible', async () => {
  const { undead, live } = await grow();
  const table = await open('--read-only');
  for (const key of ['w', 'Q']) {
    table.press(key);
    await table.shows('Read-only mode: this key is disabled');
    table.press('y', 'Escape');
    await table.shows(/live +live-1/);
  }
  expect([...undead, ...live].every(isAlive)).toBe(true);
  expect(existsSync(prompt('nobody-1'))).toBe(true);
});

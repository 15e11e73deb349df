/** When `vigil sweep` changes nothing: it is not confirmed, or a source cannot be read. */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allDead, isAlive } from '../helpers/agents.ts';
import { type Cleanups, contentOf, startCleanups } from '../helpers/cleanups.ts';
import { type OwnTerminal, openTerminal } from '../helpers/terminal.ts';
import { cliPath, vigilEnv } from '../helpers/vigil.ts';

let farm: Cleanups;
let terminal: OwnTerminal | undefined;
beforeEach(() => {
  farm = startCleanups();
});
afterEach(() => {
  terminal?.close();
  terminal = undefined;
  farm.close();
});

describe('nothing is changed', () => {
  beforeEach(async () => {
    const agent = await farm.start('undead-1', 'cooperative');
    await farm.start('stray-1', 'cooperative');
    farm.recordAs({ 'undead-1': 'completed', 'ended-1': 'completed', 'ghost-1': 'working' });
    for (const id of ['undead-1', 'ended-1', 'ghost-1', 'nobody-1']) farm.writeFiles(id);
    victims = agent.pids;
    before = contentOf(farm.workspace.path);
  });
  let victims: readonly number[] = [];
  let before: Record<string, string> = {};
  const expectUnchanged = () => {
    expect(victims.every(isAlive)).toBe(true);
    expect(contentOf(farm.workspace.path)).toEqual(before);
  };

  it('by a dry run, which shows the plan of the real run', async () => {
    const text = await farm.vigil('sweep', '--dry-run');
    expect(text.code).toBe(0);
    for (const word of ['undead-1', 'stray-1', 'agent_prompt_ghost-1.txt', 'archive'])
      expect(text.stdout).toContain(word);
    const dry = await farm.vigil('sweep', '--dry-run', '--json', '--read-only');
    expectUnchanged();
    const planned = JSON.parse(dry.stdout);
    expect([dry.code, planned.dryRun, planned.schema]).toEqual([0, true, 'vigil.sweep/1']);
    const done = JSON.parse((await farm.vigil('sweep', '--yes', '--json')).stdout);
    for (const part of ['processes', 'sessions', 'files', 'spared', 'deploys'])
      expect([part, done.plan[part]]).toEqual([part, planned.plan[part]]);
    expect(done.targets.map((each: { target: string }) => each.target).sort()).toEqual(
      planned.targets.map((each: { target: string }) => each.target).sort(),
    );
  });

  it.each([[[]], [['--json']], [['--yes', '--read-only']]])(
    'without a way to confirm: %j',
    async words => {
      const { code, stderr } = await farm.vigil('sweep', ...words);
      expect([code, stderr]).toEqual([4, expect.stringMatching(/^vigil sweep: refused: .*\n$/)]);
      expectUnchanged();
    },
  );

  it('after n at the prompt, and everything after y', async () => {
    const ask = async (answer: string) => {
      const words = [process.execPath, cliPath, 'sweep', ...farm.options];
      terminal = openTerminal(words, vigilEnv({ ...farm.env, TERM: 'xterm' }), { columns: 200 });
      await terminal.prints('Clean up (');
      terminal.type(`${answer}\r`);
      return (await terminal.left).code;
    };
    expect(await ask('n')).toBe(4);
    expectUnchanged();
    expect(await ask('y')).toBe(0);
    await allDead(victims);
  });

  it('if tmux does not answer', async () => {
    const server = farm.server.pid();
    process.kill(server, 'SIGSTOP');
    const { code, stderr } = await farm
      .vigil('sweep', '--yes')
      .finally(() => process.kill(server, 'SIGCONT'));
    expect([code, stderr]).toEqual([5, expect.stringContaining('nothing was cleaned up: ')]);
    expectUnchanged();
  });

  it('if a registry cannot be read', async () => {
    const file = farm.workspace.taskFile(farm.task);
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, -20));
    farm.workspace.age();
    before = contentOf(farm.workspace.path);
    const { code, stderr } = await farm.vigil('sweep', '--yes');
    expect([code, stderr]).toEqual([5, expect.stringContaining('AGENT_REGISTRY.json')]);
    expectUnchanged();
  });
});

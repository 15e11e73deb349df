import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { afterRead } from '../helpers/after-read.ts';
import { allDead, isAlive } from '../helpers/agents.ts';
import { type Cleanups, startCleanups } from '../helpers/cleanups.ts';
import { eventually } from '../helpers/eventually.ts';

let farm: Cleanups;
beforeEach(() => {
  farm = startCleanups();
});
afterEach(() => farm.close());

const registry = () => farm.workspace.taskFile(farm.task);
const writing = (id: string) =>
  `exec 3>>'${join(farm.taskDirectory, 'logs', `${id}_stream.jsonl`)}'`;

/** Writes the registry, and its replacement beside it. @returns the path of the replacement. */
function prepare(now: Statuses, later: Statuses): string {
  const path = join(farm.standIns.directory, 'prepared.json');
  for (const statuses of [later, now]) {
    farm.recordAs(statuses);
    if (statuses === later) renameSync(registry(), path);
  }
  rmSync(farm.workspace.globalFile);
  return path;
}
type Statuses = Readonly<Record<string, string>>;

/** Older than the settling age: then no command polls a third time. */
async function grownUp(session: string): Promise<void> {
  const created = Number(
    farm.server.tmux('display-message', '-p', '-t', `=${session}:`, '#{session_created}'),
  );
  await eventually(`${session} is old enough`, () => Date.now() / 1000 - created > 3);
}

describe('two polls must agree', () => {
  /** The registry's content in the first poll, and from then on. */
  const cases = [
    {
      title: 'agents that are at work again in the second look are left alone',
      target: '@undead',
      first: { 'a-1': 'completed', 'a-2': 'error' },
      later: { 'a-1': 'working', 'a-2': 'running' },
    },
    {
      title: 'agents that have finished between the looks are left alone',
      target: '@undead',
      first: { 'a-1': 'working', 'a-2': 'running' },
      later: { 'a-1': 'completed', 'a-2': 'terminated' },
    },
    {
      title: 'sessions that come on record between the looks are left alone',
      target: '@orphans',
      first: {},
      later: { 'a-1': 'working', 'a-2': 'running' },
    },
    {
      title: 'sessions whose record goes between the looks are left alone',
      target: '@orphans',
      first: { 'a-1': 'working', 'a-2': 'running' },
      later: {},
    },
  ] as const;
  for (const { title, target, first, later } of cases)
    it(`kill ${target} and sweep: ${title}`, async () => {
      mkdirSync(join(farm.taskDirectory, 'logs'), { recursive: true });
      const changed = [
        await farm.program('agent_a-1', writing('a-1')),
        await farm.program('agent_a-2', writing('a-2')),
      ];
      const undead = await farm.start('undead-1', 'cooperative');
      const orphan = await farm.program('agent_stray-1', writing('stray-1'));
      const second = await farm.start('undead-2', 'cooperative');
      await grownUp('agent_undead-2');
      const isUndead = target === '@undead';
      /** The registry changes between the two polls of this command. */
      const changing = async (words: readonly [string, ...string[]], control: string) => {
        const others = {
          'undead-1': isUndead ? 'completed' : 'working',
          'undead-2': control === 'undead-2' ? 'completed' : 'working',
        };
        const prepared = prepare({ ...others, ...first }, { ...others, ...later });
        const move = `os.rename(${JSON.stringify(prepared)}, path)`;
        const writer = await afterRead(farm.standIns, registry(), move);
        const run = await farm.vigil(...words, '--yes');
        await writer.done();
        expect(
          changed.filter(pid => !isAlive(pid)),
          run.stdout,
        ).toEqual([]);
        expect(farm.sessions()).toEqual(expect.arrayContaining(['agent_a-1', 'agent_a-2']));
      };
      await changing(['kill', target], isUndead ? 'undead-1' : 'stray-1');
      await allDead(isUndead ? undead.pids : [orphan]);
      expect((isUndead ? [orphan] : undead.pids).every(isAlive)).toBe(true);
      await changing(['sweep'], 'undead-2');
      await allDead(second.pids);
      if (isUndead) await allDead([orphan]);
      // A named target needs one poll: it is ended although the next one differs.
      const move = `os.rename(${JSON.stringify(prepare(later, first))}, path)`;
      const writer = await afterRead(farm.standIns, registry(), move);
      await farm.vigil('kill', 'session:agent_a-1', '--yes');
      await writer.done();
      await allDead(changed.slice(0, 1));
      expect(changed.slice(1).every(isAlive)).toBe(true);
    });

  it('a working agent whose record disappears is suspected at most, its program too', async () => {
    const pids = (await farm.start('live-1', 'with a setsid child')).pids;
    const control = await farm.start('undead-1', 'cooperative');
    await grownUp('agent_undead-1');
    const others = { 'undead-1': 'completed' };
    const move = `os.rename(${JSON.stringify(prepare({ ...others, 'live-1': 'working' }, others))}, path)`;
    const writer = await afterRead(farm.standIns, registry(), move);
    // Young: it makes the sweep poll a third time, so that two polls agree on unrecorded rows.
    const young = await farm.leftChild('gone-1');
    const run = await farm.vigil('sweep', '--yes');
    await writer.done();
    await allDead([...control.pids, young]);
    expect(
      pids.filter(pid => !isAlive(pid)),
      run.stdout,
    ).toEqual([]);
    expect(farm.sessions()).toContain('agent_live-1');
    expect(run.stdout).toMatch(/not included: .*live-1 .*suspected/);
  });
});

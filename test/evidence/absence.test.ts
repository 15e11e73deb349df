/** A registry that is missing for a moment is unread, not gone: writers remove it right after the first poll
 * has read it. */
import { spawn } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { afterRead } from '../helpers/after-read.ts';
import { allDead, isAlive } from '../helpers/agents.ts';
import { type Cleanups, startCleanups } from '../helpers/cleanups.ts';
import { eventually } from '../helpers/eventually.ts';
import { cliPath, vigilEnv } from '../helpers/vigil.ts';

let farm: Cleanups;
beforeEach(() => {
  farm = startCleanups();
});
afterEach(() => farm.close());

const registry = () => farm.workspace.taskFile(farm.task);
const old = new Date(Date.now() - 60_000);
const writing = (id: string) =>
  `exec 3>>'${join(farm.taskDirectory, 'logs', `${id}_stream.jsonl`)}'`;

/** How writers save a file: each removes it for 0.6 s. */
const writers = {
  'moves it away and back': `
os.rename(path, path + '~'); time.sleep(0.6); os.rename(path + '~', path)`,
  'unlinks it and creates it again': `
content = open(path, 'rb').read(); os.unlink(path); time.sleep(0.6)
with open(path, 'wb') as file: file.write(content)`,
  'moves the whole task away and back': `
task = os.path.dirname(path)
os.rename(task, task + '~'); time.sleep(0.6); os.rename(task + '~', task)`,
};

describe('a registry that is missing for a moment', () => {
  for (const [title, steps] of Object.entries(writers))
    it(`because its writer ${title}: no recorded agent is swept`, async () => {
      mkdirSync(join(farm.taskDirectory, 'logs'), { recursive: true });
      const live = [
        await farm.program('agent_live-1', writing('live-1')),
        ...(await farm.start('live-2', 'with a setsid child')).pids,
      ];
      const control = await farm.start('undead-1', 'cooperative');
      farm.husk('husk-1');
      farm.recordAs({
        'live-1': 'working',
        'live-2': 'working',
        'undead-1': 'completed',
        'husk-1': 'working',
      });
      rmSync(farm.workspace.globalFile);
      for (const verb of [['sweep'], ['kill', '@orphans']] as const) {
        const writer = await afterRead(farm.standIns, registry(), steps);
        const run = await farm.vigil(verb[0], ...verb.slice(1), '--yes');
        await writer.done();
        // Either it found the registry missing, or the file was back in time.
        expect([0, 5], run.stdout + run.stderr).toContain(run.code);
        if (run.code === 5) expect(run.stderr).toContain(registry());
        expect(live.filter(pid => !isAlive(pid))).toEqual([]);
        expect(farm.sessions()).toEqual(expect.arrayContaining(['agent_live-1', 'agent_live-2']));
      }
      const after = await farm.vigil('sweep', '--yes');
      expect([after.code, after.stderr]).toEqual([0, '']);
      await allDead(control.pids);
      expect(live.filter(pid => !isAlive(pid))).toEqual([]);
      expect(farm.sessions()).toEqual(['agent_live-1', 'agent_live-2', 'people']);
    });

  it('is unread in every poll of a watch, gone after 2 s, and present again when it comes back', async () => {
    await farm.start('live-1', 'cooperative');
    farm.recordAs({ 'live-1': 'working' });
    rmSync(farm.workspace.globalFile);
    const watch = startWatch();
    await eventually('it is live', () => watch.last()?.class === 'live');
    renameSync(registry(), `${registry()}~`);
    const wentAt = Date.now();
    const seen = watch.count();
    await eventually('it is an orphan', () => watch.last()?.class === 'orphan');
    const between = watch.rows().slice(seen, -1);
    const unread = between.filter(each => each.isUnread);
    expect(unread.length).toBeGreaterThan(0);
    // The poll that started before it was removed may be the last one with it.
    expect(between.slice(1).filter(each => each.class !== 'unknown')).toEqual([]);
    const goneAt = watch.last()?.takenAt ?? 0;
    expect(goneAt - wentAt).toBeGreaterThanOrEqual(2000);
    expect(watch.last()?.isUnread).toBe(false);
    renameSync(`${registry()}~`, registry());
    await eventually('it is live again', () => watch.last()?.class === 'live');
    const back = watch.count();
    const writer = await afterRead(farm.standIns, registry(), writers['moves it away and back']);
    utimesSync(registry(), old, new Date(old.getTime() - 1000));
    await writer.done();
    await eventually('it was looked at some times more', () => watch.count() > back + 8);
    expect(
      watch
        .rows()
        .slice(back)
        .map(each => each.class),
    ).not.toContain('orphan');
  });
});

type Seen = {
  readonly class: string | undefined;
  readonly isUnread: boolean;
  readonly takenAt: number;
};

/** `vigil list --watch --json`: the reported state of the agent's session on each line. */
function startWatch() {
  const words = ['list', '--watch', '--json', '-d', '0.2', ...farm.options];
  const child = spawn(process.execPath, [cliPath, ...words], {
    env: vigilEnv(farm.env),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  farm.standIns.adopt(child.pid ?? 0);
  let text = '';
  child.stdout.setEncoding('utf8').on('data', chunk => {
    text += chunk;
  });
  const rows = (): Seen[] =>
    text
      .split('\n')
      .slice(0, -1)
      .map(line => {
        const { rows, problems, takenAt } = JSON.parse(line);
        const row = rows.find(
          (each: { session?: { name: string } }) => each.session?.name === 'agent_live-1',
        );
        return {
          class: row?.class,
          isUnread: problems.some((each: { source: string }) => each.source === 'registry'),
          takenAt: Date.parse(takenAt) || Number(takenAt),
        };
      });
  return { rows, last: () => rows().at(-1), count: () => rows().length };
}

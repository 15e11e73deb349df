/** tmux servers: an unqueried one proves no absence, and an exited one counts as read. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allDead, isAlive } from '../helpers/agents.ts';
import { type Cleanups, startCleanups } from '../helpers/cleanups.ts';
import { eventually } from '../helpers/eventually.ts';
import { statOf } from '../helpers/stand-ins.ts';
import { startTmux, type TmuxServer } from '../helpers/tmux-server.ts';
import { type Run, vigil } from '../helpers/vigil.ts';

let farm: Cleanups;
const others: TmuxServer[] = [];
beforeEach(() => {
  farm = startCleanups();
});
afterEach(() => {
  for (const server of others.splice(0)) server.close();
  farm.close();
});

function anotherServer(): TmuxServer {
  const server = startTmux();
  others.push(server);
  return server;
}

const at = (words: readonly string[], env = {}): Promise<Run> =>
  vigil([...words, '-w', farm.workspace.path], { env: { ...farm.env, ...env } });
const registries = () =>
  [farm.workspace.taskFile(farm.task), farm.workspace.globalFile].map(path =>
    readFileSync(path, 'utf8'),
  );
const classesIn = ({ stdout }: Run): Record<string, string> =>
  Object.fromEntries(
    JSON.parse(stdout)
      .rows.filter((row: { agentId: string | null }) => row.agentId !== null)
      .map((row: { agentId: string; class: string }) => [row.agentId, row.class]),
  );

/** An agent's session on another server. */
async function startOn(run: (...words: string[]) => void, id: string): Promise<number> {
  const { env, ready } = farm.standIns.environment();
  const claude = farm.standIns.agent('codex');
  run('new-session', '-d', '-s', `agent_${id}`, 'env', `READY_FILE=${env.READY_FILE}`, claude);
  const pid = await ready();
  farm.standIns.adopt(pid);
  return pid;
}

describe('a named socket', () => {
  it('that is missing is an unread source: nothing is closed or ended', async () => {
    const live = await farm.start('live-1', 'cooperative');
    const undead = await farm.start('undead-1', 'cooperative');
    farm.recordAs({ 'live-1': 'working', 'undead-1': 'completed', 'ghost-1': 'working' });
    const before = registries();
    const absent = `${farm.server.name}-not`;
    const choices = [
      ['-L', absent],
      ['-S', join(farm.standIns.directory, 'no-socket')],
      ['-S', join(farm.standIns.directory, 'no', 'directory', 'socket')],
      ['-L', farm.server.name, '-L', absent],
    ];
    for (const choice of choices) {
      const list = await at(['list', '--json', ...choice]);
      expect([choice, list.code, list.stderr]).toEqual([choice, 5, '']);
      expect(JSON.parse(list.stdout).problems).toMatchObject([{ source: 'tmux' }]);
      const isLeftOut = !choice.includes(farm.server.name);
      expect([choice, classesIn(list)]).toEqual([
        choice,
        isLeftOut
          ? { 'live-1': 'unknown', 'undead-1': expect.any(String), 'ghost-1': 'unknown' }
          : { 'live-1': 'live', 'undead-1': 'undead', 'ghost-1': 'unknown' },
      ]);
      const others = [
        ['shutdown', '--yes'],
        ['kill', '@undead', '--yes'],
      ];
      for (const words of [
        ['reconcile', '--yes'],
        ['sweep', '--yes'],
        ...(choice === choices[0] ? others : []),
      ]) {
        const { code, stderr } = await at([...words, ...choice]);
        expect([choice, words[0], code]).toEqual([choice, words[0], 5]);
        expect(stderr).toMatch(/not|no-socket|no such|directory/);
        expect([...live.pids, ...undead.pids].every(isAlive)).toBe(true);
        expect(registries()).toEqual(before);
      }
    }
    const right = await farm.vigil('sweep', '--yes');
    expect([right.code, right.stderr]).toEqual([0, '']);
    await allDead(undead.pids);
    const closed = await farm.vigil('reconcile', '--yes');
    expect([closed.code, farm.status('ghost-1'), farm.status('live-1')]).toEqual([
      0,
      'terminated',
      'working',
    ]);
  });

  const endings: Record<string, (server: TmuxServer) => void> = {
    'was killed by kill-server': server => server.tmux('kill-server'),
    'has lost its last session': server => server.tmux('kill-session', '-t', '=last'),
    'was killed': server => process.kill(server.pid(), 'SIGKILL'),
  };
  it('whose server has exited counts as read; agents on an excluded server are unknown', async () => {
    await farm.start('live-1', 'cooperative');
    for (const [title, end] of Object.entries(endings)) {
      const ended = anotherServer();
      ended.session('last', 'sleep', '1000');
      const pid = ended.pid();
      end(ended);
      await eventually(`the server that ${title} is gone`, () => statOf(pid) === undefined);
      expect([title, existsSync(ended.path)]).toEqual([title, true]);
      farm.recordAs({ 'live-1': 'working', 'ghost-1': 'working' });
      const list = await at(['list', '--json', '-L', ended.name]);
      expect([title, list.code, JSON.parse(list.stdout).problems]).toEqual([title, 0, []]);
      expect([title, classesIn(list)]).toEqual([
        title,
        { 'live-1': 'unknown', 'ghost-1': 'ghost' },
      ]);
      const reconcile = await at(['reconcile', '--yes', '-L', ended.name]);
      expect([title, reconcile.code, reconcile.stderr]).toEqual([title, 0, '']);
      expect([farm.status('live-1'), farm.status('ghost-1')]).toEqual(['working', 'terminated']);
    }
  });
});

describe('agents on an excluded server', () => {
  it('are unknown: excluded by -L or by TMUX_TMPDIR, they are neither closed nor ended', async () => {
    const beside = anotherServer();
    const directory = join(farm.standIns.directory, 'tm');
    mkdirSync(directory, { mode: 0o700 });
    const { TMUX: _tmux, TMUX_PANE: _pane, ...env } = process.env;
    const far = (...words: string[]) =>
      void execFileSync('tmux', ['-u', '-L', 'far', '-f', '/dev/null', ...words], {
        env: { ...env, TMUX_TMPDIR: directory },
        stdio: 'pipe',
      });
    try {
      const pids = [
        await startOn(beside.tmux, 'beside-1'),
        await startOn(far, 'far-1'),
        await startOn(beside.tmux, 'over-1'),
        await startOn(far, 'over-2'),
      ];
      const undead = await farm.start('undead-1', 'cooperative');
      const statuses = {
        'beside-1': 'working',
        'far-1': 'working',
        'over-1': 'completed',
        'over-2': 'completed',
        'undead-1': 'completed',
      };
      farm.recordAs({ ...statuses, 'ghost-1': 'working' });
      const one = ['-L', farm.server.name];
      const list = classesIn(await at(['list', '--json', ...one]));
      expect(list).toMatchObject({
        'beside-1': 'unknown',
        'far-1': 'unknown',
        'undead-1': 'undead',
        'ghost-1': 'ghost',
      });
      const why = await at(['why', 'beside-1', ...one]);
      expect(why.stdout).toMatch(new RegExp(`${beside.name}.*-L`));
      // Everything of ours is under another TMUX_TMPDIR than this one.
      const elsewhere = join(farm.standIns.directory, 'empty');
      mkdirSync(elsewhere, { mode: 0o700 });
      for (const [choice, own] of [
        [one, {}],
        [[], { TMUX_TMPDIR: elsewhere }],
      ] as const) {
        const found = classesIn(await at(['list', '--json', ...choice], own));
        for (const id of ['beside-1', 'far-1'])
          expect(['live', 'unknown'], `${id} ${choice}`).toContain(found[id]);
        const { code, stderr } = await at(['reconcile', '--yes', ...choice], own);
        expect([code, stderr]).toEqual([0, '']);
        expect(['beside-1', 'far-1', 'ghost-1'].map(farm.status)).toEqual([
          'working',
          'working',
          'terminated',
        ]);
        farm.recordAs({ ...statuses, 'ghost-1': 'working' });
      }
      const sweep = await at(['sweep', '--yes', ...one]);
      expect(sweep.code, sweep.stderr).toBe(0);
      await allDead(undead.pids);
      expect(pids.filter(pid => !isAlive(pid))).toEqual([]);
    } finally {
      far('kill-server');
    }
  });
});

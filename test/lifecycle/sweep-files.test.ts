/** `vigil sweep` and files: which are removed, archived or kept. */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { isAlive } from '../helpers/agents.ts';
import { type Cleanups, contentOf, startCleanups } from '../helpers/cleanups.ts';
import { type Deploys, startDeploys } from '../helpers/deploys.ts';
import { eventually } from '../helpers/eventually.ts';
import { holdLock } from '../helpers/lock-holder.ts';

let farm: Cleanups;
let ground: Deploys | undefined;
afterEach(() => {
  farm?.close();
  ground?.close();
  ground = undefined;
});

const prompt = (id: string) => join(farm.taskDirectory, `agent_prompt_${id}.txt`);
const prompts = () => readdirSync(farm.taskDirectory).filter(name => /^agent_prompt_/.test(name));

describe('prompts', () => {
  it('of unrecorded, ended and ghost agents are archived; that of a live agent is kept', async () => {
    farm = startCleanups();
    const live = await farm.start('live-1', 'cooperative');
    farm.recordAs({ 'live-1': 'working', 'ended-1': 'completed', 'ghost-1': 'working' });
    for (const id of ['live-1', 'ended-1', 'ghost-1', 'nobody-1']) farm.writeFiles(id);
    const { code, stdout } = await farm.vigil('sweep', '--yes');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /archive {2}.*agent_prompt_nobody-1.txt {2}nobody-1 is neither recorded/,
    );
    expect(stdout).toMatch(/archive {2}.*agent_prompt_ended-1.txt {2}ended-1: ended/);
    expect(stdout).toMatch(/archive {2}.*agent_prompt_ghost-1.txt {2}ghost-1: ghost/);
    expect(prompts()).toEqual(['agent_prompt_live-1.txt']);
    expect(readdirSync(join(farm.taskDirectory, 'archive'))).toEqual(
      expect.arrayContaining(['prompt_ended-1.txt', 'prompt_ghost-1.txt', 'prompt_nobody-1.txt']),
    );
    expect((await farm.vigil('log', '--signals')).stdout).toMatch(/archived .*prompt_ghost-1\.txt/);
    expect(live.pids.every(isAlive)).toBe(true);
    // Logs of unrecorded agents may belong to another program.
    expect(existsSync(join(farm.taskDirectory, 'logs', 'nobody-1_stream.jsonl'))).toBe(true);
    const again = await farm.vigil('sweep', '--yes');
    expect([again.code, again.stdout]).toEqual([0, 'no leftovers\n']);
  });

  it('of an agent that is being deployed is kept, and the deploy succeeds', async () => {
    const deploys = startDeploys();
    ground = deploys;
    const letGo = await holdLock(deploys.workspace.taskFile(deploys.task));
    const deploying = deploys.deploy('builder', '--json', '--lock-wait', '50', '--', 'claude');
    try {
      await eventually('its program runs', () => deploys.left().processes.length > 0);
      const before = deploys.left();
      for (const words of [['--yes'], ['--yes', '--idle', '0.1s']]) {
        const swept = await deploys.run('sweep', ...words);
        expect([swept.code, swept.stdout]).toEqual([0, 'no leftovers\n']);
        expect(deploys.left()).toEqual(before);
      }
    } finally {
      letGo();
    }
    const run = await deploying;
    expect([run.code, run.stderr]).toEqual([0, '']);
    expect(deploys.left()).toMatchObject({ prompts: { length: 1 }, sessions: { length: 1 } });
  });

  it('that are links, pipes or directories are kept, and nothing outside is changed', async () => {
    farm = startCleanups();
    farm.recordAs({ 'ended-1': 'completed' });
    const outside = join(farm.standIns.directory, 'outside');
    mkdirSync(outside);
    for (const name of ['symbolic', 'hard']) writeFileSync(join(outside, name), name);
    symlinkSync(join(outside, 'symbolic'), prompt('symbolic-1'));
    linkSync(join(outside, 'hard'), prompt('hard-1'));
    execFileSync('mkfifo', [prompt('pipe-1')]);
    mkdirSync(prompt('directory-1'));
    writeFileSync(join(prompt('directory-1'), 'kept'), '');
    symlinkSync(outside, join(farm.workspace.path, 'TASK-link'));
    writeFileSync(join(outside, 'agent_prompt_far-1.txt'), '');
    mkdirSync(join(outside, 'logs'));
    writeFileSync(join(outside, 'logs', 'ended-1_stream.jsonl'), '');
    const before = [contentOf(outside), prompts()];
    const { code, stdout } = await farm.vigil('sweep', '--yes');
    expect(code).toBe(1);
    expect(stdout).toMatch(/kept .*agent_prompt_hard-1.txt: unsafe path .* 2 hard links/);
    expect(stdout).not.toMatch(/kept .*(symbolic|pipe|directory)-1/);
    expect([contentOf(outside), prompts()]).toEqual(before);
    expect(lstatSync(prompt('symbolic-1')).isSymbolicLink()).toBe(true);
  });
});

describe('logs', () => {
  it('of ended agents are archived unchanged, even if the name is taken', async () => {
    farm = startCleanups();
    farm.recordAs({ 'ended-1': 'completed', 'ghost-1': 'working' });
    const [ended, ghost] = [farm.writeFiles('ended-1'), farm.writeFiles('ghost-1')];
    const archive = join(farm.taskDirectory, 'archive');
    mkdirSync(archive);
    writeFileSync(join(archive, 'ended-1_stream.jsonl'), 'earlier');
    const { code, stdout } = await farm.vigil('sweep', '--yes', '--json');
    expect(code).toBe(0);
    const kept = new Map([...ended, ...ghost]);
    const archived: string[] = JSON.parse(stdout).archived_files;
    const prompt = /agent_prompt_(ended|ghost)-1\.txt$/;
    expect(archived.filter(path => prompt.test(path))).toHaveLength(2);
    expect(archived.filter(path => !prompt.test(path)).sort()).toEqual(
      ['logs', 'progress', 'findings']
        .flatMap(place =>
          [...kept.keys()]
            .filter(name => placeOf(name) === place)
            .map(name => join(farm.taskDirectory, place, name)),
        )
        .sort(),
    );
    for (const [name, content] of kept) {
      const path = join(archive, name === 'ended-1_stream.jsonl' ? `${name}.1` : name);
      expect([name, readFileSync(path).equals(content)]).toEqual([name, true]);
    }
    expect(readFileSync(join(archive, 'ended-1_stream.jsonl'), 'utf8')).toBe('earlier');
    // They are empty, and the task has no live agent.
    expect(readdirSync(farm.taskDirectory).sort()).toEqual(['AGENT_REGISTRY.json', 'archive']);
  });

  it('of an agent that this sweep ends are archived once it is dead', async () => {
    farm = startCleanups();
    await farm.start('undead-1', 'stubborn');
    farm.recordAs({ 'undead-1': 'completed' });
    const kept = farm.writeFiles('undead-1');
    const { code, stdout } = await farm.vigil('sweep', '--yes', '--json');
    expect([code, JSON.parse(stdout).errors]).toEqual([0, []]);
    for (const [name, content] of kept)
      expect(readFileSync(join(farm.taskDirectory, 'archive', name)).equals(content)).toBe(true);
    expect(prompts()).toEqual([]);
  });

  it('leave empty directories, which are removed unless the task has a live agent', async () => {
    farm = startCleanups();
    await farm.start('live-1', 'cooperative');
    farm.recordAs({ 'live-1': 'working', 'ended-1': 'completed' });
    farm.writeFiles('ended-1');
    farm.workspace.writeTask('TASK-quiet', [{ id: 'old-1', status: 'completed' }]);
    farm.workspace.writeTask('TASK-foreign', [{ id: 'old-2', status: 'completed' }]);
    farm.workspace.writeTask('TASK-new', []);
    farm.workspace.age();
    const inTask = (task: string, place: string) => join(farm.workspace.path, task, place);
    for (const task of ['TASK-quiet', 'TASK-foreign', 'TASK-new'])
      for (const place of ['logs', 'progress', 'findings', 'notes']) mkdirSync(inTask(task, place));
    writeFileSync(inTask('TASK-foreign', 'logs/notes.txt'), 'a person’s');
    expect((await farm.vigil('sweep', '--yes')).code).toBe(0);
    expect(readdirSync(farm.taskDirectory).sort()).toEqual([
      'AGENT_REGISTRY.json',
      'archive',
      'findings',
      'logs',
      'progress',
    ]);
    expect(readdirSync(inTask('TASK-quiet', '')).sort()).toEqual(['AGENT_REGISTRY.json', 'notes']);
    // A task without an agent so far keeps its directories.
    expect(readdirSync(inTask('TASK-new', ''))).toHaveLength(5);
    expect(readdirSync(inTask('TASK-foreign', '')).sort()).toEqual([
      'AGENT_REGISTRY.json',
      'logs',
      'notes',
    ]);
  });
});

describe('a lock or temporary file of a killed vigil', () => {
  const longAgo = new Date(Date.now() - 3_600_000);
  const below = (...path: string[]) => join(farm.workspace.path, ...path);

  it('is removed if old, and kept if it may still be in use', async () => {
    farm = startCleanups();
    farm.recordAs({});
    const locks = [
      below('registry', 'GLOBAL_REGISTRY.json.lock'),
      join(farm.taskDirectory, 'AGENT_REGISTRY.json.lock'),
    ];
    const files = [
      below('registry', '.GLOBAL_REGISTRY.json.vigil-journal.tmp'),
      join(farm.taskDirectory, '.AGENT_REGISTRY.json.vigil-journal.tmp'),
      below('shutdown_state.json.tmp'),
      join(farm.taskDirectory, '.vigil-123.tmp'),
    ];
    const foreign = [below('registry', 'notes.tmp'), join(farm.taskDirectory, 'mine.lock')];
    const write = (at: Date) => {
      for (const path of locks) mkdirSync(path);
      for (const path of [...files, ...foreign]) writeFileSync(path, '');
      for (const path of [...locks, ...files, ...foreign]) utimesSync(path, at, at);
    };
    write(new Date());
    const fresh = await farm.vigil('sweep', '--yes');
    expect([fresh.code, fresh.stdout]).toEqual([0, 'no leftovers\n']);
    expect([...locks, ...files].filter(path => !existsSync(path))).toEqual([]);
    for (const path of [...locks, ...files, ...foreign]) utimesSync(path, longAgo, longAgo);
    const { code, stdout } = await farm.vigil('sweep', '--yes');
    expect([code, stdout]).toEqual([0, expect.stringContaining('6 removed')]);
    expect([...locks, ...files].filter(existsSync)).toEqual([]);
    expect(foreign.filter(path => !existsSync(path))).toEqual([]);
  });
});

function placeOf(name: string): string {
  return /_(progress|findings)\.jsonl$/.exec(name)?.[1] ?? 'logs';
}

/** Agents recorded in another project belong to it, even if they work in a git worktree; and from within a
 * worktree the repository's workspace is found. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allDead, isAlive } from '../helpers/agents.ts';
import { type Cleanups, startCleanups } from '../helpers/cleanups.ts';
import { vigil } from '../helpers/vigil.ts';
import { createWorkspace } from '../helpers/workspace.ts';

let farm: Cleanups;
beforeEach(() => {
  farm = startCleanups();
});
afterEach(() => farm.close());

const writing = (path: string, id: string) =>
  `exec 3>>'${join(path, 'logs', `${id}_stream.jsonl`)}'`;

/** Runs a command without a named workspace: it is discovered. */
const found = (cwd: string, words: readonly string[], env = {}) =>
  vigil([...words, '-L', farm.server.name], { cwd, env: { ...farm.env, ...env } });

describe('a git worktree', () => {
  const git = (cwd: string, ...words: string[]) =>
    execFileSync('git', ['-c', 'user.email=a@b', '-c', 'user.name=n', ...words], {
      cwd,
      stdio: 'pipe',
      env: { ...process.env, HOME: cwd, GIT_CONFIG_GLOBAL: '/dev/null' },
    });
  /** A repository with a workspace of its own, and a worktree of it elsewhere. */
  function repository(name: string): { repo: string; tree: string } {
    const repo = join(farm.standIns.directory, name);
    const tree = join(farm.standIns.directory, 'trees', name);
    mkdirSync(repo);
    git(repo, 'init', '-q');
    git(repo, 'commit', '-q', '--allow-empty', '-m', 'x');
    git(repo, 'worktree', 'add', '-q', tree);
    mkdirSync(join(tree, 'deep'));
    return { repo, tree };
  }

  it('leads to the repository: its agents are another project’s, and are reported as such', async () => {
    const { repo, tree } = repository('theirs');
    const related = repository('related');
    // As newer git writes it: relative to the worktree.
    const link = join(related.repo, '.git', 'worktrees', 'related');
    writeFileSync(join(related.tree, '.git'), `gitdir: ${relative(related.tree, link)}\n`);
    const unrelated = repository('unrelated');
    mkdirSync(join(farm.taskDirectory, 'logs'), { recursive: true });
    const other = createWorkspace(repo);
    const third = createWorkspace(related.repo);
    // A workspace that is under version control is in the worktree too.
    createWorkspace(related.tree).writeTask('TASK-3', [{ id: 'stray-2', status: 'completed' }]);
    const empty = createWorkspace(unrelated.repo);
    const start = (id: string, cwd: string) =>
      farm.program(`agent_${id}`, `cd '${cwd}'; ${writing(farm.taskDirectory, id)}`);
    const theirs = new Map([
      ['stray-1', await start('stray-1', tree)],
      ['stray-2', await start('stray-2', join(related.tree, 'deep'))],
      ['again-1', await start('again-1', join(tree, 'deep'))],
    ]);
    const ours = [await start('stray-3', unrelated.tree), await start('undead-1', unrelated.tree)];
    other.writeTask('TASK-2', [
      { id: 'stray-1', status: 'working' },
      { id: 'again-1', status: 'working' },
    ]);
    third.writeTask('TASK-3', [{ id: 'stray-2', status: 'running' }]);
    empty.writeTask('TASK-4', [{ id: 'quite-another', status: 'working' }]);
    for (const each of [other, third, empty]) each.age();
    // Finished here, working there.
    farm.recordAs({ 'again-1': 'completed', 'undead-1': 'completed' });
    for (const words of [
      ['kill', '@orphans', '@undead', '--dry-run'],
      ['sweep', '--yes'],
    ] as const) {
      const { stdout, stderr } = await farm.vigil(words[0], ...words.slice(1));
      for (const workspace of [other, third])
        expect(stdout + stderr).toContain(`recorded in ${workspace.path}`);
      expect([...theirs].filter(([, pid]) => !isAlive(pid))).toEqual([]);
    }
    await allDead(ours);
    expect(farm.sessions()).toEqual(['agent_again-1', 'agent_stray-1', 'agent_stray-2', 'people']);
  });

  it('leads there from within: the repository’s workspace is found, its leftovers are ended', async () => {
    const { repo, tree } = repository('ours');
    const workspace = createWorkspace(repo);
    const live = await farm.program('agent_live-1', `cd '${tree}'`);
    const undead = await farm.start('undead-1', 'cooperative');
    workspace.writeTask('TASK-2', [
      { id: 'live-1', status: 'working' },
      { id: 'undead-1', status: 'completed' },
    ]);
    workspace.age();
    const bare = join(farm.standIns.directory, 'bare.git');
    const bareTree = join(dirname(tree), 'of-bare');
    git(repo, 'clone', '-q', '--bare', repo, bare);
    git(bare, 'worktree', 'add', '-q', bareTree);
    const besideBare = createWorkspace(bare);
    besideBare.writeTask('TASK-3', [{ id: 'ended-3', status: 'completed' }]);
    const words = ['list', '--json', '--class', 'live,undead,ended'];
    const idsAt = async (cwd: string) => {
      const rows: { agentId?: string; class: string }[] = JSON.parse(
        (await found(cwd, words)).stdout,
      ).rows;
      return rows.flatMap(row =>
        row.agentId === undefined ? [] : [`${row.class} ${row.agentId}`],
      );
    };
    for (const cwd of [tree, join(tree, 'deep')])
      expect((await idsAt(cwd)).sort()).toEqual(['live live-1', 'undead undead-1']);
    expect(await idsAt(bareTree)).toEqual(['ended ended-3']);
    const sweep = await found(join(tree, 'deep'), ['sweep', '--yes']);
    expect([sweep.code, sweep.stderr]).toEqual([0, '']);
    await allDead(undead.pids);
    expect(isAlive(live)).toBe(true);
  });
});

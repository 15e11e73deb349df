/** Workspaces that are found around the directories of agents: which are read, and which may be changed. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createWorkspacesReader } from '../../source/host/registry/files.ts';
import { createDiscovery } from '../../source/host/workspace/discovery.ts';
import { findWorkspaces } from '../../source/host/workspace/workspaces.ts';
import { createWorkspace } from '../helpers/workspace.ts';

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'vigil-test-'));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const project = (name: string) => {
  const directory = join(base, name);
  mkdirSync(join(directory, 'deep'), { recursive: true });
  return { directory, deep: join(directory, 'deep'), workspace: createWorkspace(directory) };
};
const named = (...names: string[]) => findWorkspaces(names, base);

it('a workspace is found from below its project, once, beside the named one', () => {
  const [own, other] = [project('own'), project('other')];
  const { discover, current } = createDiscovery(named(own.directory));
  expect(current().workspaces).toEqual([own.workspace.path]);
  expect(discover([own.deep, other.deep, 'relative', '/nowhere'])).toBe(true);
  expect(discover([other.deep, other.directory])).toBe(false);
  expect(current()).toMatchObject({
    workspaces: [own.workspace.path, other.workspace.path],
    problems: [],
    shown: [],
  });
});

it('links to repositories that lead in a circle are followed once', () => {
  for (const [own, other] of [
    ['one', 'two'],
    ['two', 'one'],
  ] as const) {
    mkdirSync(join(base, own));
    writeFileSync(join(base, own, '.git'), `gitdir: ${join(base, other, '.git/worktrees/x')}\n`);
  }
  expect(findWorkspaces([], join(base, 'one')).workspaces).toEqual([]);
});

it('a directory without one is searched again after a while, a workspace that is gone is dropped', () => {
  let now = 0;
  const plain = join(base, 'plain');
  mkdirSync(plain);
  const { discover, current } = createDiscovery(named(), () => now);
  expect(discover([plain])).toBe(false);
  const made = createWorkspace(plain);
  expect(discover([plain])).toBe(false);
  now = 60_001;
  expect([discover([plain]), current().workspaces]).toEqual([true, [made.path]]);
  rmSync(made.path, { recursive: true });
  expect(current().workspaces).toEqual([]);
  expect(existsSync(made.path)).toBe(false);
});

it('one that others can write to is read, and is none to act on; what is unreadable there says nothing', async () => {
  const [own, other] = [project('own'), project('open')];
  own.workspace.writeTask('TASK-1', [{ id: 'a-1' }]);
  other.workspace.writeTask('TASK-2', [{ id: 'b-1' }]);
  writeFileSync(other.workspace.globalFile, '{');
  chmodSync(other.workspace.path, 0o777);
  const { discover, current } = createDiscovery(named(own.directory));
  discover([other.deep]);
  const { workspaces, foreign, registries, problems } = await createWorkspacesReader(current)();
  expect(workspaces).toEqual([own.workspace.path]);
  expect([...(foreign ?? [])]).toEqual([
    [other.workspace.path, expect.stringContaining('open to other users')],
  ]);
  expect(registries.map(each => [each.workspace, each.reading.ok])).toEqual([
    [own.workspace.path, true],
    [other.workspace.path, true],
  ]);
  expect(problems).toMatchObject([{ source: 'workspace', unread: false }]);
});

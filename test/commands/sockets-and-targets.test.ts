/** Invalid sockets and targets on the command line: one line or one problem, no crash. */
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { vigil } from '../helpers/vigil.ts';
import { createWorkspace, type Workspace } from '../helpers/workspace.ts';

let directory: string;
let workspace: Workspace;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vigil-test-'));
  workspace = createWorkspace(directory);
  workspace.writeTask('TASK-1', [{ id: 'a-1', status: 'working' }, { id: 'a-12' }]);
  workspace.age();
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('a socket', () => {
  const places: readonly (readonly [string, (path: string) => void])[] = [
    ['a link to itself', path => symlinkSync(path, path)],
    ['below a file', path => writeFileSync(path, '')],
    ['a plain file', path => writeFileSync(path, '')],
  ];
  for (const [title, make] of places)
    it(`that is ${title} is a problem with exit 5, and the registry is still shown`, async () => {
      const path = join(directory, 'socket');
      make(path);
      const named = title === 'below a file' ? join(path, 'socket') : path;
      const run = await vigil(['list', '--json', '-w', workspace.path, '-S', named]);
      expect([run.code, run.stderr]).toEqual([5, '']);
      const json = JSON.parse(run.stdout);
      expect(json.problems).toMatchObject([{ source: 'tmux' }]);
      // An unread source proves no ghost.
      const rows = json.rows as { agentId: string; class: string }[];
      for (const id of ['a-1', 'a-12'])
        expect(rows.find(row => row.agentId === id)?.class).toBe('unknown');
    });
});

describe('why', () => {
  const why = (...words: string[]) =>
    vigil(['why', ...words, '-w', workspace.path, '-L', 'vigil-test-nobody']);

  it('explains several targets, each row once', async () => {
    const run = await why('a-1', 'task:TASK-1', '--json');
    expect(run.code).toBe(0);
    expect(JSON.parse(run.stdout).rows.map((row: { agentId: string }) => row.agentId)).toEqual([
      'a-1',
      'a-12',
    ]);
  });

  it('does nothing if one of several targets does not exist', async () => {
    const run = await why('a-1', 'b-2');
    expect([run.code, run.stdout]).toEqual([3, '']);
    expect(run.stderr).toMatch(/^vigil why: no such target: b-2[^\n]*\n$/);
  });

  it('suggests similar names', async () => {
    const run = await why('TASK-1');
    expect(run.code).toBe(3);
    expect((await why('nothing-like-it')).stderr).not.toContain('Did you mean');
  });
});

describe('a target without a row', () => {
  const run = (verb: string, name: string, ...words: string[]) =>
    vigil([verb, name, ...(verb === 'kill' ? ['--dry-run'] : []), '-w', workspace.path, ...words]);
  const unread = () => {
    const path = join(directory, 'socket');
    writeFileSync(path, '');
    return ['-S', path];
  };

  for (const verb of ['why', 'kill']) {
    it(`is an error for ${verb} if every source was read: exit 3`, async () => {
      const { code, stdout, stderr } = await run(verb, 'b-2', '-L', 'vigil-test-nobody');
      expect([code, stdout]).toEqual([3, '']);
      expect(stderr).toMatch(/^vigil \w+: no such target: b-2[^\n]*\n$/);
    });

    it(`is unknown to ${verb} if a source was unread: exit 5, and the source is named`, async () => {
      const { code, stderr } = await run(verb, 'b-2', ...unread());
      expect(code).toBe(5);
      expect(stderr).toMatch(/^vigil \w+: .*socket.*\nvigil \w+: no such target: b-2[^\n]*\n$/);
    });

    it(`is nothing to do for ${verb} if it is a class: exit 0`, async () => {
      const { code, stderr } = await run(verb, '@undead', '-L', 'vigil-test-nobody');
      expect(code).toBe(0);
      expect(stderr).toMatch(/^vigil (why: no rows found for @undead|kill: nothing to end)\n$/);
    });

    it(`is not known to be empty for ${verb} if it is a class and a source was unread`, async () => {
      const { code, stderr } = await run(verb, '@undead', ...unread());
      expect(code).toBe(5);
      expect(stderr).toContain(join(directory, 'socket'));
    });
  }
});

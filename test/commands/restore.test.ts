/** `vigil reconcile --restore`: its preview, its effect, and the rebuilt index. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { writeJournal } from '../../source/host/registry/journal.ts';
import { startTmux, type TmuxServer } from '../helpers/tmux-server.ts';
import { vigil } from '../helpers/vigil.ts';
import { agentId, createWorkspace, type Workspace } from '../helpers/workspace.ts';

const [one, two] = ['TASK-1', 'TASK-2'];
const [first, second, third] = [agentId('one', 1), agentId('two', 2), agentId('three', 3)];
let server: TmuxServer;
let directory: string;
let workspace: Workspace;
beforeAll(() => {
  server = startTmux();
  server.session('people');
});
afterAll(() => server.close());
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vigil-restore-'));
  workspace = createWorkspace(directory);
  const more = {
    task_description: 'Prüfe é',
    created_at: '2025-10-29T23:22:00',
    max_concurrent: 8,
  };
  workspace.writeTask(one, [{ id: first }, { id: second, status: 'completed' }], more);
  workspace.writeTask(two, [{ id: third }, { id: '__proto__', status: 'completed' }]);
  workspace.writeGlobal({});
  workspace.age();
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const run = (...words: string[]) =>
  vigil(['reconcile', '-w', workspace.path, '-L', server.name, ...words]);
const restore = (...words: string[]) => run('--restore', ...words);
const inRegistry = (...parts: string[]) => join(workspace.path, 'registry', ...parts);
const quarantined = () =>
  existsSync(inRegistry('quarantine')) ? readdirSync(inRegistry('quarantine')) : [];
const textOf = (path: string) => readFileSync(path, 'utf8');

async function backup(): Promise<string> {
  expect(await run('--yes')).toMatchObject({ code: 0, stderr: '' });
  return readdirSync(inRegistry('backups')).sort().at(-1) as string;
}

describe('a backup', () => {
  it('is compared with the current registries by --dry-run, which changes nothing', async () => {
    const name = await backup();
    workspace.writeTask(two, []);
    const before = [textOf(workspace.globalFile), textOf(workspace.taskFile(one))];
    const shown = await restore(name, '--dry-run', '--read-only');
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(shown.stdout.split('\n').slice(0, -1)).toEqual([
      name,
      `  ${workspace.taskFile(one)}: 2 agents now → 2 agents`,
      '    one-232300-000001: terminated now → working',
      `  ${workspace.taskFile(two)}: 0 agents now → 2 agents`,
      '    three-232300-000003: not recorded now → working',
      '    __proto__: not recorded now → completed',
      `  ${workspace.globalFile}: 4 agents now → 0 agents`,
      '    one-232300-000001: terminated now → not recorded',
      '    two-232300-000002: completed now → not recorded',
      '    three-232300-000003: terminated now → not recorded',
      '    __proto__: completed now → not recorded',
    ]);
    const json = JSON.parse((await restore(name, '--dry-run', '--json')).stdout);
    expect(json).toMatchObject({ schema: 'vigil.restore/1', dryRun: true, backup: name });
    expect(json.written).toEqual([]);
    expect(json.files[1]).toEqual({
      original: workspace.taskFile(two),
      agentsNow: 0,
      agentsThen: 2,
      error: null,
      changes: [
        { agentId: 'three-232300-000003', now: null, saved: 'working' },
        { agentId: '__proto__', now: null, saved: 'completed' },
      ],
      outcome: 'planned',
    });
    expect([textOf(workspace.globalFile), textOf(workspace.taskFile(one))]).toEqual(before);
    expect(quarantined()).toEqual([]);
  });

  it('of a broken or missing registry says so', async () => {
    const name = await backup();
    writeFileSync(workspace.taskFile(one), '{"agents": [');
    rmSync(workspace.taskFile(two));
    const { stdout } = await restore(name, '--dry-run');
    expect(stdout).toMatch(/TASK-1\S+: not valid JSON: .* now → 2 agents/);
    expect(stdout).toContain('TASK-2/AGENT_REGISTRY.json: not there now → 2 agents');
    expect(await restore(name, '--yes')).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(textOf(workspace.taskFile(two))).agents).toHaveLength(2);
  });

  it('that is identical to the registry is not written again, and nothing goes to quarantine', async () => {
    const name = await backup();
    expect(await restore(name, '--yes')).toMatchObject({ code: 0, stderr: '' });
    const kept = quarantined();
    const again = await restore(name, '--yes');
    expect(again.stdout).toContain(`  ${workspace.globalFile}: already identical to the backup\n`);
    expect(again.stdout).toContain('\n3 already identical to the backup\n');
    const json = JSON.parse((await restore(name, '--yes', '--json')).stdout);
    expect(json).toMatchObject({ ok: true, dryRun: false, written: [] });
    expect(json.files.map((each: { outcome: string }) => each.outcome)).toEqual([
      'already',
      'already',
      'already',
    ]);
    expect(quarantined()).toEqual(kept);
  });

  it('is not restored without confirmation', async () => {
    const name = await backup();
    for (const words of [[name], [name, '--json'], [name, '--yes', '--read-only']])
      expect((await restore(...words)).code).toBe(4);
    expect(quarantined()).toEqual([]);
  });
});

describe('a broken global registry', () => {
  for (const broken of ['', '{"agents": {"a', '[]'])
    it(`is rebuilt from the task registries, and kept in quarantine: ${broken || 'empty'}`, async () => {
      writeFileSync(workspace.globalFile, broken);
      workspace.age();
      expect((await run('--yes')).code).toBe(5);
      const { stdout } = await vigil(['doctor', '-w', workspace.path, '-L', server.name]);
      expect(stdout).toContain(
        'vigil reconcile --restore rebuild rebuilds it from the task registries',
      );
      const shown = await restore('rebuild', '--dry-run');
      expect(shown).toMatchObject({ code: 0, stderr: '' });
      expect(shown.stdout).toContain('  then: 4 agents of 2 task registries\n');
      expect(await restore('rebuild')).toMatchObject({ code: 4 });
      expect(textOf(workspace.globalFile)).toBe(broken);
      expect(quarantined()).toEqual([]);

      expect(await restore('rebuild', '--yes')).toMatchObject({ code: 0, stderr: '' });
      const text = textOf(workspace.globalFile);
      expect(JSON.parse(text)).toMatchObject({
        created_at: '2025-10-29T23:22:00',
        total_tasks: 2,
        active_tasks: 2,
        total_agents_spawned: 4,
        active_agents: 2,
        max_concurrent_agents: 8,
        tasks: {
          [one]: {
            description: 'Prüfe é',
            created_at: '2025-10-29T23:22:00',
            status: 'INITIALIZED',
          },
          [two]: { status: 'INITIALIZED' },
        },
        agents: {
          [first]: { task_id: one, tmux_session: `agent_${first}`, status: 'working' },
          [second]: { task_id: one, status: 'completed', parent: 'orchestrator' },
          [third]: { task_id: two, type: 'three' },
        },
      });
      expect(text).toContain('"__proto__": {\n      "task_id": "TASK-2"');
      expect(text).toContain('Pr\\u00fcfe \\u00e9');
      expect(quarantined()).toHaveLength(1);
      expect(textOf(inRegistry('quarantine', quarantined()[0] as string))).toBe(broken);
      // The result matches a reconcile: only the ghosts remain to be closed.
      workspace.age();
      const { changes, counts } = JSON.parse((await run('--dry-run', '--json')).stdout);
      expect(new Set(changes.map((each: { kind: string }) => each.kind))).toEqual(
        new Set(['close']),
      );
      expect(counts).toEqual([]);
    });

  it('is not rebuilt if a journal or a backup has more', async () => {
    const name = await backup();
    const whole = readFileSync(workspace.globalFile);
    writeFileSync(workspace.globalFile, whole.subarray(0, 200));
    const refused = await restore('rebuild', '--yes');
    expect(refused).toMatchObject({ code: 4, stdout: '' });
    expect(refused.stderr).toContain(`vigil reconcile --restore ${name}`);
    expect(textOf(workspace.globalFile)).toHaveLength(200);

    rmSync(inRegistry('backups'), { recursive: true });
    writeJournal(workspace.globalFile, { base: whole, next: whole });
    expect(await restore('rebuild', '--yes')).toMatchObject({ code: 3 });
    expect(readFileSync(workspace.globalFile).equals(whole)).toBe(true);
    expect(quarantined()).toEqual([]);
  });

  it('names the task registries that could not be read', async () => {
    writeFileSync(workspace.globalFile, '');
    writeFileSync(workspace.taskFile(two), '{');
    workspace.age();
    const json = JSON.parse((await restore('rebuild', '--yes', '--json')).stdout);
    expect(json).toMatchObject({ ok: true, backup: null, written: [workspace.globalFile] });
    expect(json.files[0].leftOut).toEqual([expect.stringContaining(workspace.taskFile(two))]);
    expect(json.files[0]).toMatchObject({ agentsThen: 2, outcome: 'rebuilt' });
  });

  it('is not rebuilt if it can be read', async () => {
    const before = textOf(workspace.globalFile);
    expect(await restore('rebuild', '--yes')).toMatchObject({ code: 3, stdout: '' });
    expect(textOf(workspace.globalFile)).toBe(before);
  });
});

it('findings name the workspace if there are several', async () => {
  const other = createWorkspace(mkdirIn(directory, 'other'));
  other.writeTask(one, [{ id: first, status: 'who knows' }]);
  workspace.writeTask(one, [{ id: first }, { id: first }]);
  for (const each of [workspace, other]) each.age();
  const saysOf = async (...words: string[]) => {
    const { findings } = JSON.parse((await run('--dry-run', '--json', ...words)).stdout);
    return findings.map((each: { says: string }) => each.says).join('\n');
  };
  expect(await saysOf()).toMatch(new RegExp(`^${first}: listed more than once`, 'm'));
  const says = await saysOf('-w', other.path);
  expect(says).toContain(`${workspace.path}: ${first}: listed more than once`);
  expect(says).toContain(`${other.path}: ${first}: status who knows is neither active`);
});

function mkdirIn(parent: string, name: string): string {
  mkdirSync(join(parent, name));
  return join(parent, name);
}

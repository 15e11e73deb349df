/** `vigil shutdown` on a whole farm: no process of an agent survives, and no other process is signalled. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startObserver } from '../helpers/aftermath.ts';
import { type Agent, type Habit, isAlive } from '../helpers/agents.ts';
import { type Cleanups, contentOf, startCleanups } from '../helpers/cleanups.ts';
import { createFreezer, type Freezer } from '../helpers/freezer.ts';
import { statOf } from '../helpers/stand-ins.ts';
import { type OwnTerminal, openTerminal } from '../helpers/terminal.ts';
import { cliPath, vigilEnv } from '../helpers/vigil.ts';

let farm: Cleanups;
let freezer: Freezer | undefined;
let terminal: OwnTerminal | undefined;
beforeEach(() => {
  farm = startCleanups();
});
afterEach(() => {
  terminal?.close();
  terminal = undefined;
  freezer?.close();
  freezer = undefined;
  farm.close();
});

const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
const journal = () => read(join(farm.workspace.path, 'shutdown_state.json'));

/** The orchestrator's own checklist, with its own commands. */
function expectChecklist(): void {
  const shell = (script: string) => execFileSync('bash', ['-c', script], { encoding: 'utf8' });
  const { path } = farm.workspace;
  expect(shell(`find '${path}' -name "agent_prompt_*.txt" | wc -l`).trim()).toBe('0');
  expect(
    shell(
      `tmux -L '${farm.server.name}' list-sessions 2>/dev/null | grep -c agent_ || true`,
    ).trim(),
  ).toBe('0');
}

const habits: readonly Habit[] = [
  'cooperative',
  'stubborn',
  'with a setsid child',
  'with a daemon',
  'stubborn but for HUP',
];

/** 20 agents: 14 working, 3 undead and 3 husks. */
async function growFarm() {
  const many = (type: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${type}-${index + 1}`);
  const [working, undead, husks] = [many('worker', 14), many('undead', 3), many('husk', 3)];
  const agents: Agent[] = [];
  for (const [index, id] of [...working, ...undead].entries())
    agents.push(await farm.start(id, habits[index % habits.length] as Habit));
  for (const id of husks) farm.husk(id);
  const strays = [await farm.start('stray-1', 'stubborn', { writesLog: true })];
  const left = [await farm.leftChild('gone-1'), await farm.leftServer()];
  const [ghosts, ended] = [many('ghost', 6), many('ended', 5)];
  farm.recordAs({
    ...Object.fromEntries([...working, ...ghosts, ...husks].map(id => [id, 'working'])),
    ...Object.fromEntries([...undead, ...ended, 'gone-1'].map(id => [id, 'completed'])),
  });
  const recorded = [...working, ...undead, ...husks, ...ghosts, ...ended];
  const kept = recorded.flatMap(id => [...farm.writeFiles(id)]);
  farm.writeFiles('nobody-1');
  return { agents: [...agents, ...strays], left, kept, recorded };
}

it('ends a whole farm, updates the registries, keeps the logs, and signals no other process', async () => {
  const { agents, left, kept, recorded } = await growFarm();
  const person = await farm.interactive('work');
  const observer = await startObserver(farm, agents[1] as Agent);
  const { code, stdout, stderr } = await farm.vigil('shutdown', '--yes');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^cleanup completed: \d+ ended, .* 0 survivors/m);
  observer.afterwards(agents);
  expect(left.filter(isAlive)).toEqual([]);
  expect(isAlive(person)).toBe(true);
  expect(farm.sessions()).toEqual(['people', 'work']);
  expectChecklist();

  const task = read(farm.workspace.taskFile(farm.task));
  const global = read(farm.workspace.globalFile);
  const active = (each: { status: string }) => !['completed', 'terminated'].includes(each.status);
  expect(
    [...task.agents, ...Object.values<{ status: string }>(global.agents)].filter(active),
  ).toEqual([]);
  expect([task.active_count, global.active_agents]).toEqual([0, 0]);
  expect(task.agents.map(({ id }: { id: string }) => id).sort()).toEqual(
    [...recorded, 'gone-1'].sort(),
  );
  expect(Object.keys(global.agents).sort()).toEqual([...recorded, 'gone-1'].sort());

  const archive = join(farm.taskDirectory, 'archive');
  expect(kept.length).toBe(recorded.length * 4);
  for (const [name, content] of kept)
    expect([name, readFileSync(join(archive, name)).equals(content)]).toEqual([name, true]);
  expect(readdirSync(join(farm.workspace.path, 'registry', 'backups')).join()).toContain(
    'shutdown',
  );
  expect(journal()).toMatchObject({
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    reason: 'graceful_shutdown',
    phase: 'done',
    resumed: 0,
  });
  expect(journal().agents.map((each: { state: string }) => each.state)).not.toContain('waiting');
  expect(observer.log().some(line => JSON.stringify(line).includes('cleanup completed'))).toBe(
    true,
  );

  const again = await farm.vigil('shutdown', '--yes', '--json');
  const report = JSON.parse(again.stdout);
  expect([again.code, report.ok, report.targets, report.files]).toEqual([0, true, [], []]);
});

describe('what cannot be ended', () => {
  it('is named with exit 1, and the shutdown is reported as incomplete', async () => {
    const agent = await farm.start('worker-1', 'cooperative');
    const calm = await farm.start('worker-2', 'cooperative');
    farm.recordAs({ 'worker-1': 'working', 'worker-2': 'working' });
    freezer = createFreezer(1);
    await freezer.freeze(agent.pids);
    const { code, stdout, stderr } = await farm.vigil('shutdown', '--yes');
    expect(code).toBe(1);
    expect(stdout).toContain('cleanup incomplete');
    expect(stderr).toMatch(/agent:worker-1 is still running \(\w+\): .*survived \(D\)/);
    expect(calm.pids.filter(isAlive)).toEqual([]);
    expect([farm.status('worker-1'), farm.status('worker-2')]).toEqual(['stuck', 'terminated']);
    const log = readFileSync(join(farm.state, 'vigil', 'vigil.log'), 'utf8');
    expect(log).not.toContain('cleanup completed');
    expect(log).toContain('cleanup incomplete');
    freezer.thaw();
    const again = await farm.vigil('shutdown', '--yes');
    expect([again.code, again.stderr]).toEqual([0, '']);
    expect(farm.status('worker-1')).toBe('terminated');
  });

  it('among the files is named too', async () => {
    farm.recordAs({ 'ended-1': 'completed' });
    const prompt = join(farm.taskDirectory, 'agent_prompt_ended-1.txt');
    writeFileSync(join(farm.standIns.directory, 'outside'), 'kept');
    execFileSync('ln', [join(farm.standIns.directory, 'outside'), prompt]);
    const { code, stdout, stderr } = await farm.vigil('shutdown', '--yes');
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/agent_prompt_ended-1.*2 hard links/),
    ]);
    expect(stdout).toContain('cleanup incomplete');
    expect(readFileSync(join(farm.standIns.directory, 'outside'), 'utf8')).toBe('kept');
  });
});

describe('before any agent is ended', () => {
  let agent: Agent;
  let before: Record<string, string>;
  beforeEach(async () => {
    agent = await farm.start('worker-1', 'cooperative');
    farm.recordAs({ 'worker-1': 'working' });
    farm.writeFiles('worker-1');
    before = contentOf(farm.workspace.path);
  });
  const expectUnchanged = () => {
    expect(agent.pids.every(isAlive)).toBe(true);
    expect(contentOf(farm.workspace.path)).toEqual(before);
  };

  it.each([[[]], [['--json']], [['--yes', '--read-only']]])(
    'a confirmation is required: %j is refused',
    async words => {
      const { code, stderr } = await farm.vigil('shutdown', ...words);
      expect([code, stderr]).toEqual([4, expect.stringMatching(/^vigil shutdown: refused: .*\n$/)]);
      expect(existsSync(join(farm.workspace.path, 'shutdown_state.json'))).toBe(false);
      expect(agent.pids.every(isAlive)).toBe(true);
    },
  );

  it('a dry run shows the whole plan and changes nothing', async () => {
    const text = await farm.vigil('shutdown', '--dry-run');
    expect([text.code, text.stdout]).toEqual([
      0,
      expect.stringContaining('session agent_worker-1'),
    ]);
    const { code, stdout } = await farm.vigil('shutdown', '--dry-run', '--json', '--read-only');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'vigil.shutdown/1',
      ok: true,
      dryRun: true,
      plan: { sessions: [{ name: 'agent_worker-1' }], files: expect.any(Array) },
      targets: [{ agentId: 'worker-1', outcome: null }],
      survivors: [],
    });
    expectUnchanged();
  });

  it('the user must type "shutdown"; any other word ends nothing', async () => {
    const answer = async (word: string) => {
      const words = [process.execPath, cliPath, 'shutdown', ...farm.options];
      terminal = openTerminal(words, vigilEnv({ ...farm.env, TERM: 'xterm' }), { columns: 200 });
      await terminal.prints('Type "shutdown" to confirm:');
      terminal.type(`${word}\r`);
      return (await terminal.left).code;
    };
    for (const word of ['y', 'yes', 'Shutdown', '']) {
      expect([word, await answer(word)]).toEqual([word, 4]);
      expect(agent.pids.every(isAlive)).toBe(true);
    }
    expect(await answer('shutdown')).toBe(0);
    expect(agent.pids.filter(isAlive)).toEqual([]);
  });

  it('tmux must answer and every registry be readable, otherwise exit 5 and the workspace stays open', async () => {
    const server = farm.server.pid();
    process.kill(server, 'SIGSTOP');
    const hung = await farm
      .vigil('shutdown', '--yes')
      .finally(() => process.kill(server, 'SIGCONT'));
    expect([hung.code, hung.stderr]).toEqual([5, expect.stringContaining('nothing was ended: ')]);
    expectUnchanged();
    mkdirSync(join(farm.workspace.path, 'TASK-broken'));
    writeFileSync(join(farm.workspace.path, 'TASK-broken', 'AGENT_REGISTRY.json'), '{');
    const broken = await farm.vigil('shutdown', '--yes');
    expect([broken.code, broken.stderr]).toEqual([5, expect.stringContaining('TASK-broken')]);
    expect(statOf(agent.pids[0] ?? 0)?.state).toBe('S');
  });
});

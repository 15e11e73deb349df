/** A user's actions on the live screen, key by key, beside real agents: tree, detail, marks, reconcile, a
 * dialog while the terminal changes and while rows re-sort. */
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allDead, isAlive } from './helpers/agents.ts';
import { agentsOnScreen } from './helpers/agents-on-screen.ts';

const watched = agentsOnScreen();
const usual = { columns: 110, rows: 40 };
const open = (size: { columns: number; rows: number }, intervalSeconds = 0.3) =>
  watched.open(['-s', 'agent', '-d', String(intervalSeconds)], size);

describe('the detail', () => {
  it('shows processes, directories, the record, the last lines and the pane, and their updates', async () => {
    const agent = await watched.farm.start('alpha-1', 'with a setsid child');
    watched.farm.record();
    const directory = join(watched.farm.workspace.path, watched.farm.task);
    for (const place of ['logs', 'progress'])
      mkdirSync(join(directory, place), { recursive: true });
    const log = join(directory, 'logs', 'alpha-1_stream.jsonl');
    writeFileSync(log, '{"type":"assistant","message":"reads the first file"}\n');
    const progress = '{"status":"working","progress":40,"message":"half of it"}\n';
    writeFileSync(join(directory, 'progress', 'alpha-1_progress.jsonl'), progress);
    const live = await open({ columns: 120, rows: 60 });
    live.press('Enter');
    await live.shows('assistant reads the first file');
    // The last line: what is above it has been drawn.
    const content = await live.shows(/pid \d+, start \d+ \(clock ticks after boot\)/);
    for (const pid of agent.pids) expect(content).toMatch(new RegExp(`${pid} (agent|child) S `));
    expect(content).toContain(`in ${process.cwd()}`);
    expect(content).toContain('working 40% half of it');
    expect(content).toContain('Screen');
    expect(content).toContain(
      `Registry entry (${watched.farm.workspace.taskFile(watched.farm.task)})`,
    );
    appendFileSync(log, '{"type":"assistant","message":"reads the second file"}\n');
    await live.shows('assistant reads the second file');
    live.press('Escape');
    await live.shows(/> live +alpha-1/);
  });

  it('of a row that goes while it is open says so', async () => {
    await watched.farm.start('alpha-1', 'cooperative');
    await watched.farm.start('beta-1', 'cooperative');
    watched.farm.record();
    const live = await open(usual);
    live.press('Enter');
    await live.shows('alpha-1: live');
    watched.farm.server.tmux('kill-session', '-t', '=agent_alpha-1');
    await live.shows('alpha-1: ghost');
  });
});

it('agents are below their deployer, and the order is stable', async () => {
  for (const id of ['alpha-1', 'alpha-2', 'alpha-3']) await watched.farm.start(id, 'cooperative');
  const parents = { 'alpha-1': 'orchestrator', 'alpha-2': 'alpha-1', 'alpha-3': 'alpha-2' };
  watched.farm.workspace.writeTask(
    watched.farm.task,
    Object.entries(parents).map(([id, parent]) => ({ id, parent, status: 'working' })),
  );
  watched.farm.workspace.age();
  const live = await open(usual);
  live.press('t');
  const inTree = /live +alpha-1 .*\n.*live +└ alpha-2 .*\n.*live +└ alpha-3 /;
  const columnOf = (content: string, name: string) =>
    content
      .split('\n')
      .find(line => line.includes(name))
      ?.indexOf(name) ?? -1;
  for (const key of ['P', 'N', 'I']) {
    live.press(key);
    await live.shows({ P: 'sort: cpu ▼', N: 'sort: pid ▲', I: 'sort: pid ▼' }[key] ?? '');
    const content = await live.shows(inTree);
    expect(columnOf(content, 'alpha-3') - columnOf(content, 'alpha-2')).toBe(2);
  }
});

it('new rows are marked +, gone rows -, for an interval', async () => {
  await watched.farm.start('alpha-1', 'cooperative');
  watched.farm.record();
  const live = await open(usual, 3);
  watched.farm.server.session('agent_stray-1', 'sleep', '1000');
  live.press('r');
  await live.shows(/\+(orphan\?|unknown) +agent_stray-1/);
  await live.shows(/ orphan\? +agent_stray-1/);
  watched.farm.server.tmux('kill-session', '-t', '=agent_stray-1');
  live.press('r');
  await live.shows(/-orphan\? +agent_stray-1 .*gone/);
  await live.showsNot('agent_stray-1');
});

it('a dialog and its targets stay the same while the terminal changes', async () => {
  const alpha = await watched.farm.start('alpha-1', 'cooperative');
  const beta = await watched.farm.start('beta-1', 'cooperative');
  watched.farm.record();
  const live = await open(usual);
  live.press('x');
  await live.shows('End gracefully: 1 target');
  for (const [columns, rows] of [
    [40, 10],
    [200, 50],
    [80, 24],
  ] as const) {
    live.resize(columns, rows);
    const content = await live.shows('End gracefully: 1 target');
    expect(content.split('\n').length).toBeLessThanOrEqual(rows);
  }
  await live.confirm();
  await allDead(alpha.pids);
  expect(beta.pids.every(isAlive)).toBe(true);
});

it('rows that re-sort under an open plan change nothing of its targets', async () => {
  const alpha = await watched.farm.start('alpha-1', 'cooperative');
  const beta = await watched.farm.start('beta-1', 'cooperative');
  watched.farm.record();
  const live = await open(usual);
  live.press('x');
  await live.shows(/^alpha-1 +live/m);
  // Two new rows that sort before it.
  const newcomers = [
    await watched.farm.start('aaa-1', 'cooperative'),
    await watched.farm.start('aaa-2', 'cooperative'),
  ];
  watched.farm.record();
  await live.shows(/4 live/);
  expect(await live.shows('End gracefully: 1 target')).toMatch(/^alpha-1 +live/m);
  await live.confirm();
  await live.shows('alpha-1 exited');
  await allDead(alpha.pids);
  for (const other of [beta, ...newcomers]) expect(other.pids.every(isAlive)).toBe(true);
});

it('R shows pending changes, y applies them, and the header follows', async () => {
  await watched.farm.start('alpha-1', 'cooperative');
  watched.farm.record();
  const file = watched.farm.workspace.taskFile(watched.farm.task);
  const registry = JSON.parse(readFileSync(file, 'utf8'));
  registry.agents.push({ ...registry.agents[0], id: 'ghost-1', tmux_session: 'agent_ghost-1' });
  writeFileSync(file, JSON.stringify(registry));
  watched.farm.workspace.age();
  const live = await open(usual);
  await live.shows(/ghost +ghost-1/);
  await live.shows('1 dead entry (R fixes)');
  live.press('R');
  await live.shows('ghost-1: working → terminated (session_not_found)');
  await live.confirm();
  await live.shows(/\d+ changes? made/);
  live.press('Escape');
  await live.showsNot('dead entry');
  expect(readFileSync(file, 'utf8')).toContain('session_not_found');
});

it('terminating an unrecorded session is one row, from y to its outcome', async () => {
  await watched.farm.start('alpha-1', 'cooperative');
  watched.farm.record();
  const { pids } = await watched.farm.start('stray-1', 'stubborn');
  const live = await open(usual);
  await live.shows(/ orphan\? +agent_stray-1/);
  live.press('/', 's', 't', 'r', 'a', 'y', 'Enter');
  await live.shows(/> orphan\? +agent_stray-1/);
  live.press('Enter');
  await live.shows('agent_stray-1: orphan');
  live.press('x');
  await live.shows('End gracefully: 1 target');
  await live.confirm();
  for (const stage of [/terminating 2\/3/, /terminating 3\/3/, /killed/]) {
    const content = await live.shows(stage);
    const rows = content.split('\n').filter(line => /agent_stray-1|claude/.test(line));
    expect(rows.filter(line => !line.includes('sort:'))).toEqual([
      expect.stringMatching(/^ > (ending|ended) +agent_stray-1 /),
    ]);
    if (stage.source !== 'killed') expect(content).not.toContain('gone');
  }
  await allDead(pids);
});

/** The built program on a terminal: the log of a row, the split, and groups by task. */
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { allDead, isAlive } from './helpers/agents.ts';
import { agentsOnScreen } from './helpers/agents-on-screen.ts';

const watched = agentsOnScreen();
const open = (size: { columns: number; rows: number }, sort = 'agent') =>
  watched.open(['-s', sort, '-d', '0.5'], size);
const usual = { columns: 100, rows: 30 };

/** Creates the agent's log. @returns its path. */
function logOf(agent: string, lines: readonly string[]): string {
  const directory = join(watched.farm.workspace.path, watched.farm.task, 'logs');
  mkdirSync(directory, { recursive: true });
  const path = join(directory, `${agent}_stream.jsonl`);
  writeFileSync(path, lines.map(message => `${JSON.stringify({ message })}\n`).join(''));
  return path;
}
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `step ${index}.`);

it('l follows the log as it grows, stops when it is scrolled, and searches in it', async () => {
  await watched.farm.start('alpha-1', 'cooperative');
  watched.farm.record();
  const log = logOf('alpha-1', [...numbered(200), 'red \u001b[31m alarm']);
  const live = await open(usual);
  live.press('l');
  await live.shows('red \\e[31m alarm');
  appendFileSync(log, `${JSON.stringify({ message: 'one more line' })}\n`);
  await live.shows('one more line');
  live.press('Up');
  await live.shows('stopped (G follows)');
  appendFileSync(log, `${JSON.stringify({ message: 'the newest line' })}\n`);
  live.press('/');
  live.press('-l', 'STEP 7.');
  live.press('Enter');
  await live.shows('"STEP 7.": match 1 of 1');
  const found = live.capture();
  expect(found).toContain('step 7.');
  expect(found).not.toContain('the newest line');
  live.press('G');
  await live.shows('the newest line');
  live.press('Escape');
  await live.shows(/> live +alpha-1/);
});

it('l shows the pane of an agent that has no log', async () => {
  await watched.farm.start('alpha-1', 'cooperative');
  watched.farm.record();
  rmSync(logOf('alpha-1', []));
  watched.farm.server.tmux('send-keys', '-t', '=agent_alpha-1:', '-l', 'typed on the pane');
  const live = await open(usual);
  live.press('l');
  await live.shows('typed on the pane');
  await live.shows('Pane (no log)  alpha-1  following');
});

it('v shows details, log and pane of the row under the cursor, which it follows', async () => {
  for (const id of ['alpha-1', 'beta-1']) await watched.farm.start(id, 'cooperative');
  watched.farm.record();
  const log = logOf('alpha-1', ['of the first agent']);
  logOf('beta-1', ['of the second agent']);
  watched.farm.server.tmux('send-keys', '-t', '=agent_beta-1:', '-l', 'typed on the pane');
  const live = await open({ columns: 150, rows: 40 });
  live.press('v');
  await live.shows(/> live +alpha-1.*│ Processes|│ alpha-1: live/);
  await live.shows('Registry entry');
  live.press('v');
  await live.shows(/> live +alpha-1.*│ of the first agent/);
  appendFileSync(log, `${JSON.stringify({ message: 'what is new' })}\n`);
  await live.shows('│ what is new');
  live.press('Down');
  await live.shows('│ of the second agent');
  await live.showsNot('of the first agent');
  live.press('v');
  await live.shows('│ typed on the pane');
  live.resize(120, 40);
  await live.showsNot('│');
  live.press('v');
  await live.shows('the split needs 140 columns');
  live.resize(150, 40);
  await live.shows('│ typed on the pane');
  live.press('v');
  await live.showsNot('│');
});

it('b groups by task with its description; a folded task is ended as a whole', async () => {
  const first = await watched.farm.start('alpha-1', 'cooperative');
  watched.farm.workspace.writeTask(watched.farm.task, [{ id: 'alpha-1', status: 'working' }]);
  describeTask('audit \u001b[31m locks');
  watched.farm.workspace.age();
  const stray = await watched.farm.start('stray-1', 'cooperative');
  const live = await open(usual, 'class');
  live.press('b');
  await live.shows(/▼ \S+ +1 agent .* audit \\e\[31m locks\n.*live +alpha-1/);
  await live.shows(/▼ no task +1 row/);
  live.press('g', 'Left');
  await live.shows(/ > ► \S+ +1 agent/);
  await live.showsNot(/live +alpha-1/);
  live.press('x');
  await live.shows('End gracefully: 1 target');
  await live.confirm();
  await allDead(first.pids);
  expect(stray.pids.every(isAlive)).toBe(true);
  live.press('Right', 'b');
  await live.showsNot('no task');
});

/** Records what the task is about. */
function describeTask(description: string): void {
  const file = watched.farm.workspace.taskFile(watched.farm.task);
  const registry = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...registry, task_description: description }));
}

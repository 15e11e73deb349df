/** Thousands of hostile strings in a registry: no raw control byte in any output or on the
 * screen, and none is read as a command, a path or a line. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { rounds } from '../helpers/campaign.ts';
import { eventually } from '../helpers/eventually.ts';
import { harmful, hostileStrings } from '../helpers/hostile.ts';
import { type OwnTerminal, openTerminal } from '../helpers/terminal.ts';
import { cliPath, vigil, vigilEnv } from '../helpers/vigil.ts';
import { createWorkspace } from '../helpers/workspace.ts';

const count = rounds(500, 10_000);
const strings = hostileStrings(count);
const registries = 5;
let directory: string;
let options: string[];
let files: string[];
let terminal: OwnTerminal | undefined;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'vigil-test-'));
  const workspace = createWorkspace(directory);
  const at = (index: number) => strings[index % count] as string;
  files = Array.from({ length: registries }, (_, task) =>
    workspace.writeTask(
      `TASK-${task}`,
      strings
        .filter((_string, index) => index % registries === task)
        .map((id, index) => ({
          id,
          type: at(index + 1),
          parent: at(index + 2),
          status: index % 10 === 0 ? at(index + 3) : index % 3 === 0 ? 'completed' : 'working',
          session: at(index + 4),
          last_update: at(index + 5),
          started_at: at(index + 6),
          progress: at(index + 7),
          tracked_files: { prompt_file: at(index + 8), log_file: at(index + 9) },
          tracked_processes: [at(index + 10)],
        })),
      { task_description: at(task), [at(task + 1)]: at(task + 2) },
    ),
  );
  workspace.age();
  options = ['-w', workspace.path, '-L', 'vigil-test-nobody'];
});
afterEach(() => {
  terminal?.close();
  terminal = undefined;
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const every = 'live,undead,ghost,ended,husk,orphan,unknown';

it('no command prints a raw control byte, and JSON loses none', async () => {
  const before = files.map(file => readFileSync(file, 'utf8'));
  for (const words of [
    ['list', '--class', every],
    ['list', '--class', every, '--tree'],
    ['list', '--class', every, '--ascii'],
    ['list', '--class', every, '--json'],
    ['why', 'task:TASK-1'],
    ['why', 'task:TASK-1', '--json'],
    ['kill', 'task:TASK-1', '--dry-run'],
    ['kill', 'task:TASK-1', '--dry-run', '--json'],
    ['reconcile', '--dry-run'],
    ['reconcile', '--dry-run', '--json'],
    ['doctor'],
    ['doctor', '--json'],
  ]) {
    const { stdout, stderr } = await vigil([...words, ...options]);
    const bad = [...stdout.split('\n'), ...stderr.split('\n')].filter(line => harmful.test(line));
    expect([words, bad.map(line => JSON.stringify(line)).slice(0, 3)]).toEqual([words, []]);
    expect(stderr).not.toContain('unexpected');
    if (words.includes('--ascii')) expect(stdout).toMatch(/^[ -~\n]*$/);
    if (words.includes('--json')) JSON.parse(stdout);
    if (words[0] === 'list' && words.includes('--json')) {
      const ids = new Set(JSON.parse(stdout).rows.map((row: { agentId?: string }) => row.agentId));
      // A lone surrogate is not text: JSON on disk cannot store it.
      const kept = strings.filter(id => Buffer.from(id).toString() === id);
      expect(kept.filter(id => !ids.has(id)).slice(0, 3)).toEqual([]);
    }
  }
  expect(files.map(file => readFileSync(file, 'utf8'))).toEqual(before);
}, 240_000);

it('hostile strings are quoted as targets, reasons and paths', async () => {
  for (const string of hostileStrings(rounds(4, 200))) {
    const word = string.replaceAll('\0', '').replace(/^-+/, '') || 'x';
    for (const words of [
      ['why', word],
      ['kill', word, '--dry-run'],
      ['list', '-w', word],
      ['list', '-S', word],
      ['list', '-F', word],
    ]) {
      const { stdout, stderr } = await vigil([...words, '-L', 'vigil-test-nobody']);
      for (const line of (stdout + stderr).split('\n')) expect(line).not.toMatch(harmful);
      expect(stderr).not.toContain('unexpected');
    }
  }
}, 240_000);

/** Vigil's own sequences: cursor positions, colours, modes, line ends. */
const ownSequence = new RegExp(`${'\u001b'}\\[\\??[\\d;]*[A-Za-z]`, 'gu');

it('only vigil’s own sequences reach the terminal from the screen', async () => {
  terminal = openTerminal(
    [process.execPath, cliPath, ...options, '--class', every, '-d', '0.5'],
    {
      ...vigilEnv({ TERM: 'xterm-256color' }),
    },
    { columns: 200, rows: 60 },
  );
  const live = terminal;
  await live.prints(/ghost/);
  const changes = async (keys: string) => {
    const from = live.output().length;
    live.type(keys);
    await eventually('the screen changes', () => live.output().length > from);
  };
  for (let page = 0; page < rounds(12, 150); page++) {
    await changes('\u001b[6~');
    if (page % 10 !== 9) continue;
    await changes('\r');
    await changes('q');
  }
  for (const keys of ['t', 's', '\u001b', 'G', 'g', '5', 'R']) live.type(keys);
  await live.prints(/Cancel|checking/);
  process.kill(await live.pid(), 'SIGTERM');
  expect(await live.left).toMatchObject({ code: 143, cooked: true });
  const shown = live.output().replace(ownSequence, '');
  const bad = shown.split(/\r?\n/).filter(line => harmful.test(line));
  expect(bad.map(line => JSON.stringify(line)).slice(0, 3)).toEqual([]);
  // Only its own modes are set; nothing else is set or queried.
  const used = new Set(
    live
      .output()
      .match(ownSequence)
      ?.map(each => each.replace(/\d+/g, 'N')),
  );
  expect([...used].filter(each => !/\[(N;)*N?[HKJm]$|\[\?N[hl]$/.test(each))).toEqual([]);
}, 120_000);

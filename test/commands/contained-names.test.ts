/** Ending an agent touches its own files alone: no file whose name only contains its id, none that its entry names
 * elsewhere, and nothing behind a directory that is swapped for a link meanwhile. */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Agents, isAlive, startAgents } from '../helpers/agents.ts';
import { rounds } from '../helpers/campaign.ts';
import { whileSwapping } from '../helpers/swapper.ts';
import { vigil } from '../helpers/vigil.ts';

let farm: Agents;
beforeEach(() => {
  farm = startAgents();
});
afterEach(() => farm.close());

const inTask = (...names: string[]) => join(farm.workspace.path, farm.task, ...names);
const kill = async (id: string) => {
  const run = await vigil(['kill', id, '--yes', '--json', ...farm.options], {
    env: { XDG_STATE_HOME: farm.state },
  });
  return { code: run.code, target: JSON.parse(run.stdout).targets[0] };
};
/** Writes these with distinct bytes. @returns a check that all are unchanged. */
function keep(paths: readonly string[]): () => void {
  for (const path of paths) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `theirs: ${path}`);
  }
  return () => {
    const now = paths.map(path => existsSync(path) && readFileSync(path, 'utf8'));
    expect(now).toEqual(paths.map(path => `theirs: ${path}`));
  };
}
const owned = ['alpha-1_progress.jsonl', 'alpha-1_stream.jsonl', 'prompt_alpha-1.txt'];

/** They contain the id, also at their beginning or end. */
const names = [
  'agent_prompt_alpha-1-1.txt',
  'agent_prompt_alpha-12.txt',
  'agent_prompt_beta-alpha-1.txt',
  'agent_prompt_alpha-1.txt.bak',
  'my_agent_prompt_alpha-1.txt',
  'notes_about_alpha-1.txt',
  'alpha-1',
  'alpha-1.txt',
  'alpha-1-1_stream.jsonl',
  'old_alpha-1_stream.jsonl',
  'alpha-1_stream.jsonl.1',
  'alpha-1_progress.jsonl~',
];

it('files whose names contain the id stay where they are, also those that the entry names', async () => {
  const agent = await farm.start('alpha-1', 'cooperative');
  farm.record();
  const own = ['agent_prompt_alpha-1.txt', 'alpha-1_stream.jsonl', 'alpha-1_progress.jsonl'];
  const places = ['', 'logs', 'progress', 'findings', 'archive', 'notes'];
  const outside = join(farm.standIns.directory, 'outside');
  const expectKept = keep([
    // The agent's own files are below its task: in the workspace's root not even these names are.
    ...[...own, ...names].map(name => join(farm.workspace.path, name)),
    ...places.flatMap(place => names.map(name => inTask(place, name))),
    ...[...own, ...names].map(name => join(outside, name)),
  ]);
  symlinkSync(join(outside, own[0] as string), inTask('findings', 'alpha-1_findings.jsonl'));
  const path = farm.workspace.taskFile(farm.task);
  const registry = JSON.parse(readFileSync(path, 'utf8'));
  const named = {
    prompt_file: '../agent_prompt_alpha-1.txt',
    log_file: join(outside, 'alpha-1_stream.jsonl'),
    progress_file: '../../outside/alpha-1_progress.jsonl',
    findings_file: inTask('notes', 'notes_about_alpha-1.txt'),
  };
  Object.assign(registry.agents[0], named, { tracked_files: named });
  writeFileSync(path, JSON.stringify(registry, null, 2));
  farm.workspace.age();
  const { code, target } = await kill('alpha-1');
  expectKept();
  expect([code, target.outcome, agent.pids.filter(isAlive)]).toEqual([1, 'exited', []]);
  expect(target.errors.length).toBeGreaterThanOrEqual(5);
  for (const error of target.errors) expect(error).toMatch(/^unsafe path /);
  // Its own were archived all the same.
  const archived = readdirSync(inTask('archive')).filter(name => !names.includes(name));
  expect(archived.sort()).toEqual(owned);
});

it('a directory that is swapped for a link during the kill never leads outside', async () => {
  for (let round = 0; round < rounds(3, 100); round++) {
    const id = `alpha-${round}`;
    const agent = await farm.start(id, 'cooperative');
    farm.record();
    const outside = join(farm.standIns.directory, `outside-${round}`);
    const expectKept = keep([join(outside, `${id}_stream.jsonl`)]);
    symlinkSync(outside, inTask('link'));
    const swapped = { directory: inTask('logs'), link: inTask('link'), aside: inTask('aside') };
    await whileSwapping(swapped, async () => {
      const { code, target } = await kill(id);
      expect([0, 1]).toContain(code);
      expect([target.outcome, agent.pids.filter(isAlive)]).toEqual(['exited', []]);
    });
    expectKept();
    expect(readdirSync(outside)).toEqual([`${id}_stream.jsonl`]);
    for (const name of ['logs', 'link', 'aside'])
      if (existsSync(inTask(name))) execFileSync('rm', ['-rf', inTask(name)]);
  }
});

/** Registries that are too large, too deep or too long appear while the screen is open: each is named, agents of the
 * others stay, and keys are answered at once. */
import { mkdirSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Agents, startAgents } from './helpers/agents.ts';
import { type LiveScreen, startScreen } from './helpers/screen.ts';

let farm: Agents;
let screen: LiveScreen | undefined;
beforeEach(async () => {
  farm = startAgents();
  await farm.start('alpha-1', 'cooperative');
  farm.record();
});
afterEach(() => {
  screen?.close();
  screen = undefined;
  farm.close();
});

const crowd = JSON.stringify({ agents: Array.from({ length: 100_000 }, () => ({ id: 'x' })) });
const broken: readonly (readonly [string, (path: string) => void, RegExp])[] = [
  [
    'of 200 MB',
    path => {
      writeFileSync(path, '');
      truncateSync(path, 200e6);
    },
    /TASK-odd.*200 MB, more than the 8 MB allowed/,
  ],
  [
    'of a million levels',
    path => writeFileSync(path, '['.repeat(1e6)),
    /TASK-odd.*more than 64 levels/,
  ],
  ['of 100,000 entries', path => writeFileSync(path, crowd), /TASK-odd.*100000 agents/],
];

it(`a registry ${broken.map(([title]) => title).join(', ')}: the screen goes on`, async () => {
  const live = await startScreen([...farm.options, '-d', '0.5', '-F', 'alpha'], {
    columns: 200,
    env: `XDG_STATE_HOME='${farm.state}'`,
  });
  screen = live;
  await live.shows(/live +alpha-1/);
  const path = farm.workspace.taskFile('TASK-odd');
  mkdirSync(dirname(path));
  for (const [, write, reason] of broken) {
    write(`${path}.next`);
    renameSync(`${path}.next`, path);
    await live.shows(reason);
    await live.shows(/live +alpha-1/);
    // Ten keys, each answered between two polls of the file.
    const from = performance.now();
    for (let times = 0; times < 5; times++) {
      live.press('?');
      await live.shows('kill with SIGKILL');
      live.press('Escape');
      await live.shows(/live +alpha-1/);
    }
    expect(performance.now() - from).toBeLessThan(15_000);
  }
  live.press('q');
  await live.shows('left with 0');
});

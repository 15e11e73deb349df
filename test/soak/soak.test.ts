/** `npm run soak`: agents are deployed and ended for half an hour (`VIGIL_SOAK_MINUTES`), with a random fault each time,
 * beside a live screen and a guard. Their memory and descriptors stay, and nothing remains of the agents.
 *
 * Entries of ended agents are removed from the registries now and then: each takes a few KB of the screen's memory
 * (docs/performance.md), and half an hour has more of them than a task has. */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { parseJson } from '../../source/core/registry/json.ts';
import { type Deploys, nothing, startDeploys } from '../helpers/deploys.ts';
import { eventually } from '../helpers/eventually.ts';
import { createGuards, type Guards, type RunningGuard } from '../helpers/guards.ts';
import { type LiveScreen, startScreen } from '../helpers/screen.ts';
import { statOf } from '../helpers/stand-ins.ts';
import { sample } from './samples.ts';

const minutes = Number(process.env.VIGIL_SOAK_MINUTES ?? 30);

let ground: Deploys;
let screen: LiveScreen;
let guards: Guards;
let guard: RunningGuard;
beforeEach(async () => {
  ground = startDeploys({ max_agents: 1_000_000 });
  // Ten times the polls that a user has, and 150 times those of a guard: what a poll leaves behind shows as much sooner,
  // and the first half is enough for V8 to compile what it will.
  screen = await startScreen([...ground.options, '-d', '0.2'], {
    env: `XDG_STATE_HOME='${ground.env.XDG_STATE_HOME}'`,
  });
  guards = createGuards(ground.standIns.directory, ground.env.XDG_STATE_HOME as string);
  guards.configure({
    policy: { ghost: 'reconcile', undead: 'sweep', husk: 'sweep', orphan: 'sweep' },
    ...{ minimumAge: 2, health: 0.2, every: 10 },
  });
  guard = guards.start(ground.options, ground.env);
});
afterEach(() => {
  guards.close();
  screen.close();
  ground.close();
});

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

/** Removed at once. */
const mostEnded = 25;

/** As an orchestrator that hands away what is finished. */
async function removeEnded() {
  const write = async (path: string, agents: unknown) => {
    // The guard may be writing it.
    const registry = await eventually('it can be read', () => {
      const read = parseJson(readFileSync(path, 'utf8'));
      return read.ok ? Object(read.value) : undefined;
    });
    writeFileSync(path, JSON.stringify({ ...registry, agents }, null, 2));
  };
  await write(ground.workspace.taskFile(ground.task), []);
  await write(ground.workspace.globalFile, {});
}

/** What goes wrong during one deploy and one kill. @returns when it is over. */
const faults: Readonly<Record<string, () => Promise<void>>> = {
  nothing: async () => undefined,
  'tmux hangs for a moment': async () => {
    const server = ground.server.pid();
    process.kill(server, 'SIGSTOP');
    await pause(700);
    process.kill(server, 'SIGCONT');
  },
  'a deploy is killed': async () => {
    const { pid, done } = ground.begin('cut');
    await pause(Math.random() * 900);
    if (statOf(pid) !== undefined) process.kill(pid, 'SIGKILL');
    await done;
    await ground.run('reconcile', '--yes');
    await ground.run('kill', `task:${ground.task}`, '--yes');
  },
  'a sweep runs beside it': async () => {
    await ground.run('sweep', '--yes');
  },
};

it(
  `nothing grows and nothing remains in ${minutes} minutes`,
  async () => {
    const pid = await screen.pid();
    const names = Object.keys(faults);
    const until = Date.now() + minutes * 60_000;
    const programs = [sample('screen', pid), sample('guard', guard.pid)];
    let agents = 0;
    const report = () => {
      const figures = programs.map(each => each.figures());
      for (const { text } of figures) console.log(`${agents} agents; ${text}`);
      return figures;
    };
    onTestFinished(({ task }) => {
      for (const each of programs) each.stop();
      if (task.result?.state === 'fail') report();
    });
    for (let round = 0; Date.now() < until; round++) {
      if (round % mostEnded === mostEnded - 1) await removeEnded();
      const name = names[Math.floor(Math.random() * names.length)] ?? 'nothing';
      const type = `w${round}`;
      const deployed = await ground.deploy(type);
      // What a killed one has left is undone by the next, which says so.
      const said = deployed.stderr.replace(/^vigil deploy: an earlier deploy: .*\n/gm, '');
      expect([round, name, deployed.code, said]).toEqual([round, name, 0, '']);
      const id = JSON.parse(readFileSync(ground.workspace.taskFile(ground.task), 'utf8')).agents.at(
        -1,
      ).id;
      const fault = (faults[name] as () => Promise<void>)();
      const killed = await ground.run('kill', id, '--yes');
      await fault;
      if (killed.code !== 0) {
        // A hanging tmux is no verdict: the next kill has one.
        const again = await ground.run('kill', id, '--yes');
        expect([round, name, again.code, again.stderr, killed.stderr]).toEqual([
          ...[round, name, 0, '', killed.stderr],
        ]);
      }
      await pause(500);
      agents++;
    }
    for (const each of programs) each.stop();
    expect([statOf(pid), statOf(guard.pid)]).not.toContain(undefined);
    await ground.run('reconcile', '--yes');
    await eventually('nothing remains', () => {
      const { prompts, sessions, processes, intents } = ground.left();
      return prompts.length + sessions.length + processes.length + intents.length === 0;
    });
    expect({ ...ground.left(), entries: [] }).toEqual(nothing);
    const [ofScreen, ofGuard] = report();
    expect(ofScreen?.most).toBeLessThan(95);
    expect(ofGuard?.most).toBeLessThan(85);
    for (const { growth, spread } of [ofScreen, ofGuard].flatMap(each => each ?? [])) {
      // In a short run the memory has not settled, and in ten minutes the collector's ups and downs look like a trend.
      if (minutes >= 10) expect(growth.slope - 2 * growth.error).toBeLessThan(1);
      // A poll opens a few: a leak opens more each time.
      expect(spread).toBeLessThan(20);
    }
  },
  minutes * 60_000 + 120_000,
);

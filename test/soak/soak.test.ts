/** `npm run soak`: agents are deployed and ended for half an hour (`VIGIL_SOAK_MINUTES`), with a random fault each time,
 * beside a live screen. Its memory and descriptors stay, and nothing remains of the agents.
 *
 * Entries of ended agents are removed from the registries now and then: each takes a few KB of the screen's memory
 * (docs/performance.md), and half an hour has more of them than a task has. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { type Deploys, nothing, startDeploys } from '../helpers/deploys.ts';
import { eventually } from '../helpers/eventually.ts';
import { type LiveScreen, startScreen } from '../helpers/screen.ts';
import { statOf } from '../helpers/stand-ins.ts';

const minutes = Number(process.env.VIGIL_SOAK_MINUTES ?? 30);

let ground: Deploys;
let screen: LiveScreen;
beforeEach(async () => {
  ground = startDeploys({ max_agents: 1_000_000 });
  // Five times the polls that a user has: what a poll leaves behind shows five times as soon, and the first half is
  // enough for V8 to compile what it will.
  screen = await startScreen([...ground.options, '-d', '0.2'], {
    env: `XDG_STATE_HOME='${ground.env.XDG_STATE_HOME}'`,
  });
});
afterEach(() => {
  screen.close();
  ground.close();
});

const rssOf = (pid: number) =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]) / 1024;
const descriptorsOf = (pid: number) => readdirSync(`/proc/${pid}/fd`).length;
const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

/** Removed at once, when no program writes the registries. */
const mostEnded = 25;

/** As an orchestrator that hands away what is finished. */
function removeEnded() {
  const write = (path: string, agents: unknown) => {
    const registry = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify({ ...registry, agents }, null, 2));
  };
  write(ground.workspace.taskFile(ground.task), []);
  write(ground.workspace.globalFile, {});
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
    const samples: { readonly at: number; readonly rss: number; readonly descriptors: number }[] =
      [];
    const sampling = setInterval(() => {
      if (statOf(pid) === undefined) return;
      samples.push({ at: Date.now(), rss: rssOf(pid), descriptors: descriptorsOf(pid) });
    }, 500);
    let agents = 0;
    const report = () => {
      const settled = samples.slice(Math.floor(samples.length / 2));
      const [first, last] = [settled[0], settled.at(-1)];
      if (first === undefined || last === undefined) throw new Error('too short');
      const growth = slopeOf(settled.map(({ at, rss }) => [at / 600_000, rss]));
      const counts = settled.map(each => each.descriptors);
      const most = Math.max(...samples.map(({ rss }) => rss));
      console.log(
        `${agents} agents; RSS ${first.rss.toFixed(1)} → ${last.rss.toFixed(1)} MB, at most ${most.toFixed(1)}; ${growth.slope.toFixed(2)} ± ${growth.error.toFixed(2)} MB in ten minutes; descriptors ${Math.min(...counts)} to ${Math.max(...counts)}`,
      );
      return { growth, counts, most };
    };
    onTestFinished(({ task }) => {
      clearInterval(sampling);
      if (task.result?.state === 'fail') report();
    });
    for (let round = 0; Date.now() < until; round++) {
      if (round % mostEnded === mostEnded - 1) removeEnded();
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
    clearInterval(sampling);
    expect(statOf(pid)).toBeDefined();
    await ground.run('reconcile', '--yes');
    await eventually('nothing remains', () => {
      const { prompts, sessions, processes, intents } = ground.left();
      return prompts.length + sessions.length + processes.length + intents.length === 0;
    });
    expect({ ...ground.left(), entries: [] }).toEqual(nothing);
    const { growth, counts, most } = report();
    expect(most).toBeLessThan(95);
    // In a short run the memory has not settled, and in ten minutes the collector's ups and downs look like a trend.
    if (minutes >= 10) expect(growth.slope - 2 * growth.error).toBeLessThan(1);
    // A poll opens a few: a leak opens more each time.
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThan(20);
  },
  minutes * 60_000 + 120_000,
);

/** The slope of the line that fits best, and its standard error. Single samples are noisy and depend on their
 * neighbours: the line is that of the means of twenty parts. */
function slopeOf(points: readonly (readonly [number, number])[]) {
  const mean = (all: readonly number[]) => all.reduce((sum, each) => sum + each, 0) / all.length;
  const parts = 20;
  const means = Array.from({ length: parts }, (_, at) => {
    const edge = (part: number) => Math.floor((part * points.length) / parts);
    const part = points.slice(edge(at), edge(at + 1));
    return [mean(part.map(([x]) => x)), mean(part.map(([, y]) => y))] as const;
  });
  const [x, y] = [mean(means.map(([at]) => at)), mean(means.map(([, value]) => value))];
  const square = means.reduce((sum, [at]) => sum + (at - x) ** 2, 0);
  const slope = means.reduce((sum, [at, value]) => sum + (at - x) * (value - y), 0) / square;
  const rest = means.reduce((sum, [at, value]) => sum + (value - y - slope * (at - x)) ** 2, 0);
  return { slope, error: Math.sqrt(rest / (parts - 2) / square) };
}

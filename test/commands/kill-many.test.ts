/** Many agents at once, one agent many times, and an overloaded machine. */
import { readFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Agent, type Agents, startAgents } from '../helpers/agents.ts';
import { rounds } from '../helpers/campaign.ts';
import { crowd } from '../helpers/hostile-agents.ts';
import {
  type Bystanders,
  endWatched,
  hasLivingThread,
  startBystanders,
} from '../helpers/observer.ts';
import { vigil } from '../helpers/vigil.ts';

let farm: Agents;
let bystanders: Bystanders;
beforeEach(async () => {
  farm = startAgents();
  bystanders = await startBystanders(farm, 'alpha-1');
});
afterEach(() => farm.close());

async function end(agents: readonly Agent[], prefix: readonly string[] = []) {
  farm.record();
  return endWatched(farm, agents, bystanders, [], prefix);
}

const entries = () => JSON.parse(readFileSync(farm.workspace.taskFile(farm.task), 'utf8')).agents;

it('an agent killed repeatedly, and by two vigils at once, is ended once', async () => {
  for (let round = 0; round < rounds(2, 50); round++) {
    const agent = await farm.start(`again-${round}`, round % 2 === 0 ? 'cooperative' : 'stubborn');
    farm.record();
    const kill = () =>
      vigil(['kill', agent.id, '--yes', '--json', ...farm.options], {
        env: { XDG_STATE_HOME: farm.state },
      });
    for (const { code, stdout } of await Promise.all([kill(), kill()])) {
      const [target] = JSON.parse(stdout).targets;
      expect(['exited', 'killed', 'vanished']).toContain(target.outcome);
      // The second vigil may find the entry closed, and reports that.
      if (code !== 0) expect(target.errors.join('\n')).toContain('registry: it is terminated');
    }
    expect(agent.pids.filter(hasLivingThread)).toEqual([]);
    const statuses = entries().map((each: { status: string }) => each.status);
    expect(statuses.at(-1)).toBe('terminated');
    const again = await end([agent]);
    expect([again.code, again.targets[0]?.outcome, again.sent]).toEqual([0, 'vanished', []]);
  }
}, 600_000);

it('a thousand processes of fifty agents, half of them stubborn, take hardly longer than one', async () => {
  const alone = await end([await farm.start('alone-1', 'stubborn')]);
  const agents: Agent[] = [];
  const members = rounds(10, 20);
  for (let index = 0; index < rounds(6, 50); index++)
    agents.push(await farm.run(`alpha-${index}`, crowd(members - 1, index % 2 === 0)));
  const { code, targets, durationMs } = await end(agents);
  expect([code, targets.length]).toEqual([0, agents.length]);
  for (const [index, agent] of agents.entries()) {
    const target = targets.find(each => each.target === `agent:${agent.id}`);
    expect([agent.id, target?.outcome]).toEqual([agent.id, index % 2 === 0 ? 'killed' : 'exited']);
    const outcomes = target?.processes.filter(each => agent.pids.includes(each.pid)) ?? [];
    expect(outcomes).toHaveLength(members);
    // An exit on request is not reported as vigil's kill, and vice versa.
    const wrong = outcomes.filter(each => each.outcome !== target?.outcome);
    expect(wrong).toEqual([]);
  }
  expect(durationMs).toBeLessThan(20_000);
  // 1.25 times as long on an otherwise idle machine.
  expect(durationMs).toBeLessThan(3 * alone.durationMs);
}, 240_000);

it('without CPU time no process is misreported', async () => {
  const agents = [
    await farm.start('alpha-1', 'stubborn'),
    await farm.start('alpha-2', 'cooperative'),
    await farm.run('alpha-3', crowd(9, true)),
  ];
  for (let loop = 0; loop < rounds(2, 8); loop++) {
    const { pid } = farm.standIns.start('sh', ['-c', 'while :; do :; done']);
    setPriority(pid as number, rounds(5, 0));
  }
  // They cannot run to exit either.
  const pids = agents.flatMap(agent => agent.pids);
  const least = rounds(10, 19);
  for (const pid of pids) setPriority(pid, least);
  const { code, targets, sent, stderr } = await end(agents, ['nice', '-n', String(least)]);
  // A source that takes over two seconds counts as unread, and then nothing is signalled.
  if (code === 5) expect([sent, pids.every(hasLivingThread)]).toEqual([[], true]);
  else
    expect([
      code,
      stderr,
      targets.map(each => [each.target, each.outcome, ...each.errors].join(' ')).sort(),
    ]).toEqual([0, '', ['agent:alpha-1 killed', 'agent:alpha-2 exited', 'agent:alpha-3 killed']]);
}, 300_000);

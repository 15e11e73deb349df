/** Agents' sessions that a user has renamed before vigil's first poll, or renames between the plan and the signals,
 * while a person's session gets the old name: the agents end, and the person's programs are untouched. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Agents, isAlive, startAgents } from '../helpers/agents.ts';
import { eventually } from '../helpers/eventually.ts';
import {
  createEvidenceWorld,
  deadOf,
  type EvidenceWorld,
  livingOf,
} from '../helpers/evidence-world.ts';
import { ageMs } from '../helpers/stand-ins.ts';
import { vigil } from '../helpers/vigil.ts';

let close: () => void;
afterEach(() => close());

function openWorld(): EvidenceWorld {
  const world = createEvidenceWorld();
  close = () => world.close();
  return world;
}
const sessionsOf = (world: EvidenceWorld) =>
  world.server.tmux('list-sessions', '-F', '#{session_name}').trim().split('\n');
const rowOf = async (world: EvidenceWorld, id: string) =>
  JSON.parse((await world.vigil('list', '--json')).stdout).rows.find(
    (row: { agentId?: string }) => row.agentId === id,
  );

describe('renamed before the first poll, with a person’s session of the old name:', () => {
  it('agents with a mark, a log or a recorded identity are live under the new name, and end by id', async () => {
    const world = openWorld();
    const { server } = world;
    const marked = world.program('claude');
    // As deploy does it.
    const mark = 'VIGIL_AGENT=marked-1:6e0f9a52-94b0-4c3e-9f6b-0e6a3a1f8a11';
    server.tmux('new-session', '-d', '-e', mark, '-s', 'agent_marked-1', ...marked.argv);
    const agents: Record<string, number> = {
      'marked-1': await marked.pid(),
      'logged-1': await world.runLogged('agent_logged-1', 'claude', world.logOf('logged-1')),
      'tracked-1': await world.run('agent_tracked-1', 'claude'),
    };
    const ids = Object.keys(agents);
    const tracked = { tracked_processes: [world.identityOf(agents['tracked-1'] as number)] };
    world.record({
      [world.task]: ids.map(id => ({
        ...{ id, status: 'working' },
        ...(id === 'tracked-1' ? tracked : {}),
      })),
    });
    const people: Record<string, number> = {};
    for (const id of ids) {
      server.tmux('rename-session', '-t', `=agent_${id}`, `mine-${id}`);
      // Not an agent program, but an agent may be any program.
      people[`agent_${id}`] = await world.run(`agent_${id}`, 'simulation');
    }
    for (const id of ids)
      expect(await rowOf(world, id)).toMatchObject({
        ...{ agentId: id, class: 'live' },
        session: { name: `mine-${id}` },
      });
    const { code, stderr } = await world.vigil('kill', ...ids, '--yes');
    expect([livingOf(agents), deadOf(people)]).toEqual([[], []]);
    expect([code, stderr]).toEqual([0, '']);
    expect(sessionsOf(world).sort()).toEqual([...Object.keys(people), 'people'].sort());
    expect(world.statuses(...ids)).toEqual(ids.map(id => `${id} terminated`));
  });

  it('an agent that only its age ties to its entry is unknown, and neither is signalled', async () => {
    const world = openWorld();
    const agent = await world.run('agent_plain-1', 'claude');
    const started = new Date(Date.now() - ageMs(agent)).toISOString().slice(0, -1);
    world.record({ [world.task]: [{ id: 'plain-1', status: 'working', started_at: started }] });
    world.server.tmux('rename-session', '-t', '=agent_plain-1', 'mine');
    await eventually(
      'the agent is older than any delay of a deploy',
      () => ageMs(agent) > 17_000,
      30_000,
    );
    const person = await world.run('agent_plain-1', 'simulation');
    const row = await rowOf(world, 'plain-1');
    expect([row.class, row.processes]).toEqual(['unknown', []]);
    expect(row.evidence.join('\n')).toMatch(/in session mine .* may be this agent, renamed/);
    const { code, stderr } = await world.vigil('kill', 'plain-1', '--yes');
    expect([code, stderr]).toEqual([4, expect.stringContaining('may be this agent, renamed')]);
    expect([isAlive(agent), isAlive(person)]).toEqual([true, true]);
    // By the session that it is shown in, it ends.
    expect((await world.vigil('kill', 'session:mine', '--yes')).code).toBe(0);
    expect([isAlive(agent), isAlive(person)]).toEqual([false, true]);
  });
});

it('renamed between the plan and the signals: the agent ends, and a person’s session of the old name stays', async () => {
  const farm: Agents = startAgents();
  close = () => farm.close();
  const agent = await farm.start('alpha-1', 'stubborn');
  farm.record();
  const log = join(farm.state, 'vigil', 'vigil.log');
  const killing = vigil(['kill', 'alpha-1', '--yes', '--json', '--ask-first', ...farm.options], {
    env: { XDG_STATE_HOME: farm.state },
  });
  await eventually(
    'the agent was asked',
    () => existsSync(log) && readFileSync(log, 'utf8').includes('"SIGUSR1"'),
  );
  farm.server.tmux('rename-session', '-t', '=agent_alpha-1', 'mine');
  farm.server.session('agent_alpha-1', 'sleep', '1000000');
  const person = Number(farm.server.tmux('display', '-p', '-t', '=agent_alpha-1:', '#{pane_pid}'));
  const { stdout } = await killing;
  const [target] = JSON.parse(stdout).targets;
  expect([agent.pids.filter(isAlive), isAlive(person)]).toEqual([[], true]);
  expect(target.tmux_session_killed).toBe(true);
  const sessions = farm.server.tmux('list-sessions', '-F', '#{session_name}').trim().split('\n');
  expect(sessions.sort()).toEqual(['agent_alpha-1', 'people']);
  // To vigil the agent's name is in use again: a possible restart is named, and not signalled.
  expect(target.errors.join()).toContain('restarted: session agent_alpha-1 exists again');
  expect(target.signals.map((each: { pid: number }) => each.pid)).not.toContain(person);
});

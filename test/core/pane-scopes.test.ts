/** Membership by the pane's own scope. Tables only: a real scope needs systemd. */
import { describe, expect, it } from 'vitest';
import { paneScopes } from '../../source/core/evidence/pane-scopes.ts';
import { observe } from '../../source/core/inventory/observe.ts';
import type { Origin } from '../../source/core/model/model.ts';
import { grow } from '../../source/core/termination/kill-set.ts';
import { createFakeMachine } from '../helpers/fake-machine.ts';
import {
  entry,
  firstEnded,
  inventory,
  judge,
  knowledge,
  type Parts,
  pane,
  planned,
  process,
  registry,
  serverPid,
} from '../helpers/inventory.ts';

const scope = (name: string): Origin => ({ scope: `tmux-spawn-${name}.scope` });
const registries = [registry('task', [entry('a', 'working'), entry('b', 'working')])];
/** Two agents, and a daemon that has forked twice and emptied its environment. */
const parts = (more: Parts = {}): Parts => ({
  registries,
  ...more,
  processes: [
    process(5000, serverPid, 'bash'),
    process(5001, 5000, 'claude'),
    process(6000, serverPid, 'claude'),
    process(7000, 1, '/srv/daemon'),
    ...(more.processes ?? []),
  ],
  panes: [pane('agent_a', 5000), pane('agent_b', 6000), ...(more.panes ?? [])],
  origins: { 5000: scope('a'), 6000: scope('b'), 7000: scope('a'), ...more.origins },
});
const membersOf = (given: Parts, id: string) =>
  judge(inventory(given))
    .snapshot.rows.find(row => row.agentId === id)
    ?.processes.map(each => each.pid)
    .sort();

describe('a process in the scope of a pane', () => {
  it('belongs to the agent of that pane, with evidence', () => {
    expect(membersOf(parts(), 'a')).toEqual([5000, 5001, 7000]);
    expect(membersOf(parts(), 'b')).toEqual([6000]);
    const row = judge(inventory(parts())).snapshot.rows.find(each => each.agentId === 'a');
    expect(row?.processes.find(each => each.pid === 7000)?.reason.text).toBe(
      'cgroup tmux-spawn-a.scope of pane process 5000',
    );
  });

  it('brings its children along', () => {
    const processes = [process(7001, 7000, 'sleep 9')];
    expect(membersOf(parts({ processes }), 'a')).toEqual([5000, 5001, 7000, 7001]);
  });

  it('belongs to an owner with better evidence', () => {
    const origins = { 7000: { ...scope('a'), agentMark: 'b:uuid' } };
    expect(membersOf(parts({ origins }), 'b')).toEqual([6000, 7000]);
  });

  it('belongs to none if the pane is a user’s, dead, or of another scope', () => {
    const person = parts({ origins: { 5000: {}, 7000: scope('p'), 8000: scope('p') } });
    const withPerson: Parts = {
      ...person,
      processes: [...(person.processes ?? []), process(8000, serverPid, 'zsh')],
      panes: [...(person.panes ?? []), pane('work', 8000)],
    };
    for (const given of [
      withPerson,
      parts({ origins: { 5000: scope('x') } }),
      parts({ origins: { 5000: {} } }),
    ])
      expect(membersOf(given, 'a')).toEqual([5000, 5001]);
  });

  it('is not the agent’s if a tmux server was started in that scope', () => {
    const processes = [process(4100, 1, 'tmux', { name: 'tmux: server' })];
    const given = parts({ processes, origins: { 4100: scope('a') } });
    expect(membersOf(given, 'a')).toEqual([5000, 5001]);
  });

  it('belongs to none if two panes share the scope; a pane that two sessions show counts once', () => {
    expect(membersOf(parts({ origins: { 6000: scope('a') } }), 'a')).toEqual([5000, 5001]);
    expect(membersOf(parts({ panes: [pane('view', 5000)] }), 'a')).toEqual([5000, 5001, 7000]);
  });

  it('is never a tmux server, and never infrastructure', () => {
    const processes = [process(7002, 1, 'ssh-agent')];
    const given = parts({ processes, origins: { 7002: scope('a') } });
    expect(membersOf(given, 'a')).toEqual([5000, 5001, 7000]);
  });
});

it('the scopes of panes and of tmux servers are read with the candidates’ origins', async () => {
  const { host, recogniser } = createFakeMachine([
    process(serverPid, 1, 'tmux', { name: 'tmux: server' }),
    process(5000, serverPid, 'bash'),
    process(5001, 5000, 'vim'),
  ]);
  const { servers } = inventory({ panes: [pane('agent_a', 5000)] });
  const asked: number[] = [];
  const observed = await observe(
    {
      ...host,
      servers: { ...host.servers, read: async () => servers },
      processes: {
        ...host.processes,
        readOrigins: candidates => {
          asked.push(...candidates.map(each => each.pid));
          return new Map([[5000, scope('a')]]);
        },
      },
    },
    recogniser,
  );
  // An editor's executable is read.
  expect(asked).toEqual([serverPid, 5000, 5001]);
  expect([...paneScopes(observed, recogniser).keys()]).toEqual(['tmux-spawn-a.scope']);
});

it('a dead pane has no scope', () => {
  const given = inventory({
    processes: [process(5000, 1, 'vim')],
    panes: [pane('agent_a', 5000, { dead: true })],
    origins: { 5000: scope('a') },
  });
  expect(paneScopes(given, knowledge.recogniser).size).toBe(0);
});

it('during a termination the scope finds new processes if it belongs to the pane alone', () => {
  const late = process(7100, 1, '/srv/late');
  const reasonsIn = (given: Parts) => {
    const whole = inventory(given);
    const { plan, table } = planned(whole, { isWanted: row => row.agentId === 'a' });
    const target = firstEnded(plan);
    const members = new Map(target.members.map(each => [`${each.pid}@${each.start}`, each]));
    const origins = new Map([[7100, scope('a')]]);
    const set = grow({ members, spared: [] }, [...table, late], target.marks, {
      origins,
      spare: plan.spare,
    });
    return [...set.members.values()]
      .filter(each => each.pid === 7100)
      .map(each => each.reason.text);
  };
  expect(reasonsIn(parts())).toEqual(['cgroup tmux-spawn-a.scope']);
  expect(reasonsIn(parts({ origins: { 6000: scope('a') } }))).toEqual([]);
});

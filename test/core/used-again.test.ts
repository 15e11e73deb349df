/** The session of a finished agent, with a shell in which a user may go on. */
import { describe, expect, it } from 'vitest';
import type { Process } from '../../source/core/model/model.ts';
import {
  entry,
  inventory,
  judge,
  long,
  pane,
  process,
  registry,
  serverPid,
  workspace,
} from '../helpers/inventory.ts';
import { inPane } from '../helpers/observation.ts';

const finishedAt = long + 60_000;
const later = { startedAt: finishedAt + 60_000 };
const server = process(serverPid, 1, 'tmux', { name: 'tmux: server' });
const shell = process(5000, serverPid, 'bash', { tty: 5 });
const inShell = { sid: 5000, tty: 5 };

/** Class of agent a-1, and why no bulk command ends it. */
function verdictOn(processes: readonly Process[], status = 'completed') {
  const tracked = [{ pid: 5000, start: '50000', bootId: 'boot' }];
  const detached = processes.filter(({ ppid }) => ppid === 1);
  const known = { pid: 5000, start: '50000', agentId: 'a-1', workspace };
  const given = inventory(
    {
      processes: [process(1, 0, '/sbin/init'), server, ...processes],
      panes: [pane('agent_a-1', 5000)],
      registries: [registry('task', [entry('a-1', status, { finishedAt, tracked })])],
      origins: Object.fromEntries(detached.map(({ pid }) => [pid, inPane('%5000')])),
    },
    { tracked: [known] },
  );
  const row = judge(given, judge(given).memory).snapshot.rows.find(
    ({ key }) => key === 'agent:a-1',
  );
  return { class: row?.class, spared: row?.spared?.text };
}

describe('of a finished agent, no bulk command ends', () => {
  const rows: readonly (readonly [string, readonly Process[]])[] = [
    [
      'an agent that a user has started in its shell',
      [shell, process(5001, 5000, 'claude', { ...inShell, ...later })],
    ],
    [
      'a program that a user runs in its shell',
      [shell, process(5001, 5000, 'ssh prod', { ...inShell, ...later })],
    ],
    [
      'what a user runs in a shell below its shell',
      [
        shell,
        process(5001, 5000, 'zsh', { ...inShell, ...later }),
        process(5002, 5001, 'ssh prod', { ...inShell, ...later }),
      ],
    ],
    ['what a user has detached there', [shell, process(5001, 1, 'python3 train.py', later)]],
  ];
  it.each(rows)('%s', (_, processes) => {
    expect(verdictOn(processes)).toEqual({
      class: 'undead',
      spared: expect.stringMatching(/^pid 500[12] .* was started from its shell after .* by name$/),
    });
  });
});

describe('of a finished agent, bulk commands end', () => {
  const claude = process(5001, 5000, 'claude', inShell);
  const rows: readonly (readonly [string, readonly Process[]])[] = [
    ['the agent in its shell', [shell, claude]],
    ['what the agent has started since', [shell, claude, process(5002, 5001, 'npm test', later)]],
    ['what has lost its parent since, beside it', [shell, claude, process(5002, 1, 'vite', later)]],
    [
      'an agent that a loop has started again',
      [
        process(5000, serverPid, 'bash -c loop', { tty: 5 }),
        process(5001, 5000, 'claude', { ...inShell, ...later }),
      ],
    ],
    [
      'what runs in a session that is younger than the end that its entry says',
      [
        process(5000, serverPid, 'bash', { tty: 5, startedAt: finishedAt + 1000 }),
        process(5001, 5000, 'claude', { ...inShell, ...later }),
      ],
    ],
  ];
  it.each(rows)('%s', (_, processes) => {
    expect(verdictOn(processes)).toEqual({ class: 'undead', spared: undefined });
  });

  it('nothing of an active one is taken for a user’s', () => {
    const typed = process(5001, 5000, 'claude', { ...inShell, ...later });
    expect(verdictOn([shell, typed], 'working')).toEqual({ class: 'live', spared: undefined });
  });
});

/** What reconcile writes to `tracked_processes`: it is proof for all later polls, so it has to be proven before. */
import { describe, expect, it } from 'vitest';
import type { Process } from '../../source/core/model/model.ts';
import { planReconcile } from '../../source/core/reconcile/reconcile-plan.ts';
import {
  entry,
  inventory,
  judge,
  pane,
  process,
  registry,
  serverPid,
} from '../helpers/inventory.ts';

const shell = process(5000, serverPid, 'bash', { tty: 5 });
const below = (command: string) => process(5001, 5000, command, { sid: 5000, tty: 5 });

/** Pids that are recorded for agent a-1, which names a session with these processes. */
function recordedIn(session: string, processes: readonly Process[]): readonly number[] {
  const given = inventory({
    processes,
    panes: [pane(session, 5000)],
    registries: [registry('task', [entry('a-1', 'working', { session })])],
  });
  const { snapshot } = judge(given);
  expect(snapshot.rows.find(({ key }) => key === 'agent:a-1')?.class).toBe('live');
  const { places } = planReconcile(given.registries, snapshot, snapshot);
  return places.flatMap(({ changes }) =>
    changes.flatMap(each => (each.kind === 'track' ? each.processes.map(({ pid }) => pid) : [])),
  );
}

describe('reconcile records', () => {
  it('an agent program and its shell in the session with the agent’s name', () => {
    expect(recordedIn('agent_a-1', [shell, below('claude')])).toEqual([5001, 5000]);
  });

  it('any program that this session was started with', () => {
    expect(recordedIn('agent_a-1', [process(5000, serverPid, 'python3 agent.py')])).toEqual([5000]);
  });

  it.each(['ssh prod', 'claude'])('not %s in a session that only the entry names', command => {
    expect(recordedIn('people', [shell, below(command)])).toEqual([]);
  });

  it('not what runs in a shell of a session that only has the agent’s name', () => {
    expect(recordedIn('agent_a-1', [shell, below('ssh prod')])).toEqual([]);
  });
});

/** A session that only an entry names, when its agent is named to be ended: what the plan spares stays, with its session. */
import { expect, it } from 'vitest';
import type { Process } from '../../source/core/model/model.ts';
import {
  entry,
  firstEnded,
  inventory,
  pane,
  planned,
  process,
  registry,
  serverPid,
} from '../helpers/inventory.ts';

const shell = process(5000, serverPid, 'bash', { tty: 5 });

/** What the plan for agent a-1 ends and spares, and whether it kills the session that the entry names. */
function planFor(processes: readonly Process[]) {
  const given = inventory({
    processes,
    panes: [pane('custom', 5000)],
    registries: [registry('task', [entry('a-1', 'working', { session: 'custom' })])],
  });
  const isWanted = ({ agentId }: { agentId?: string }) => agentId === 'a-1';
  const { members, spared, session, keepsSession } = firstEnded(planned(given, { isWanted }).plan);
  return {
    ends: members.map(({ pid }) => pid),
    spares: spared.map(({ pid }) => pid),
    kills: session !== undefined,
    says: keepsSession,
  };
}

it('a shell there is spared, and so its session is kept', () => {
  const agent = process(5001, 5000, 'claude', { sid: 5000, tty: 5 });
  const kept = { kills: false, says: 'its session is kept: pid 5000 stays' };
  expect(planFor([shell, agent])).toEqual({ ends: [5001], spares: [5000], ...kept });
});

it('an agent program that it was started with ends with its session', () => {
  expect(planFor([process(5000, serverPid, 'claude', { tty: 5 })])).toEqual({
    ends: [5000],
    spares: [],
    kills: true,
    says: undefined,
  });
});

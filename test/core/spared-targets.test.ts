/** Targets whose processes are all spared: nothing would be signalled. */
import { describe, expect, it } from 'vitest';
import { planEnd } from '../../source/core/termination/end-plan.ts';
import { sparedRefusal } from '../../source/core/termination/refusal.ts';
import { isOutOfScope } from '../../source/core/termination/run-plan.ts';
import type { SpareKind } from '../../source/core/termination/spare.ts';
import {
  agentParts,
  inventory,
  judge,
  knowledge,
  process,
  serverPid,
} from '../helpers/inventory.ts';

const agent = agentParts('a', [
  process(5000, serverPid, 'bash', { sid: 5000 }),
  process(5001, 5000, 'claude'),
]);

function targetOf(spareNames: readonly string[], isNamed = true) {
  const found = inventory(agent);
  const { snapshot } = judge(found);
  const wanted = snapshot.rows.map(row => ({ row, isNamed }));
  const [target] = planEnd(snapshot, found, wanted, { ...knowledge, spareNames }).targets;
  if (target === undefined) throw new Error('there is no target');
  return target;
}

describe('a target', () => {
  it('whose processes are all spared is refused, with the reason', () => {
    const target = targetOf(['bash', 'claude']);
    expect(target.refused).toEqual({
      kind: 'spared',
      text: 'nothing to signal: pid 5001 (claude) and 1 more are spared: on your spare list (--spare claude)',
    });
    expect(isOutOfScope(target)).toBe(false);
  });

  it('of a bulk command is then none that it failed to end', () => {
    const target = targetOf(['bash', 'claude'], false);
    expect(target.refused?.kind).toBe('spared');
    expect(isOutOfScope(target)).toBe(true);
  });

  it('of an entry whose agent has exited is not refused: its entry is closed', () => {
    const found = inventory(agentParts('a', [process(5000, serverPid, 'vite')]));
    const { snapshot } = judge(found);
    const wanted = snapshot.rows.map(row => ({ row, isNamed: true }));
    const plan = planEnd(snapshot, found, wanted, { ...knowledge, spareNames: ['vite'] });
    expect(plan.targets).toMatchObject([{ agentId: 'a', members: [], spared: [{ pid: 5000 }] }]);
    expect(plan.targets[0]?.refused).toBeUndefined();
  });

  it('with a process to signal is not refused', () => {
    expect(targetOf(['bash']).refused).toBeUndefined();
    expect(targetOf([]).refused).toBeUndefined();
  });
});

it.each([
  [['listed'], true],
  [['infrastructure', 'listed'], true],
  // The entry of such a target can be closed.
  [['claim'], false],
  [['other-row'], false],
  [['shared-host', 'listed'], false],
  [[], false],
] as const)('with processes spared as %j it is refused: %s', (kinds, isRefused) => {
  const spared = kinds.map((kind: SpareKind, index) => ({
    ...{ pid: 7000 + index, start: '1', startedAt: 0, command: 'x' },
    reason: { kind, text: kind },
  }));
  expect(sparedRefusal({ members: [], spared }, { processes: [] }) !== undefined).toBe(isRefused);
  expect(sparedRefusal({ members: [1], spared }, { processes: [] })).toBeUndefined();
  expect(
    sparedRefusal({ members: [], spared, session: 'agent_a' }, { processes: [] }),
  ).toBeUndefined();
});

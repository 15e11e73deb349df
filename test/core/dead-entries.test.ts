/** How many dead entries the header counts: those that reconcile would close. */
import { expect, it } from 'vitest';
import type { AgentEntry, Inventory } from '../../source/core/model/model.ts';
import { planReconcile } from '../../source/core/reconcile/reconcile-plan.ts';
import { createReconciler } from '../../source/core/reconcile/reconciler.ts';
import { createFakeMachine } from '../helpers/fake-machine.ts';
import { entry, inventory, judge, pane, process, registry } from '../helpers/inventory.ts';

const faulty: AgentEntry = entry('faulty-1', 'working', {
  faults: [{ field: 'depth', text: 'depth: expected a number, got a string' }],
});
const entries = [
  entry('gone-1', 'working'),
  entry('gone-2', 'blocked'),
  entry('done-1', 'completed'),
  entry('live-1', 'working'),
  faulty,
];
const world: Inventory = inventory({
  registries: [registry('task', entries), registry('global', [entry('gone-1', 'completed')])],
  processes: [process(5000, 4000, 'claude')],
  panes: [pane('agent_live-1', 5000)],
});

function deadEntriesIn(given: Inventory) {
  const { host } = createFakeMachine();
  const { snapshot } = judge(given);
  const unused = () => Promise.reject(new Error('not polled'));
  const polls = { poll: unused, pollWith: unused, pollUntilSettled: unused, pollTwice: unused };
  const monitor = { ...polls, withPorts: unused, run: unused, inventory: () => given };
  const reconciler = createReconciler({ host, monitor, lockWaitMs: 0 });
  const plan = planReconcile(given.registries, snapshot, snapshot);
  const closes = plan.places.flatMap(({ changes }) =>
    changes.filter(each => each.kind === 'close'),
  );
  return { dead: reconciler.deadEntries(snapshot), closed: closes.map(({ agentId }) => agentId) };
}

it('counts the entries that the plan closes: none that is invalid, finished or alive', () => {
  expect(judge(world).snapshot.rows.find(({ agentId }) => agentId === 'faulty-1')?.class).toBe(
    'ghost',
  );
  expect(deadEntriesIn(world)).toEqual({ dead: 2, closed: ['gone-1', 'gone-2'] });
});

it('counts none while a source cannot be read', () => {
  expect(deadEntriesIn({ ...world, processes: { ok: false, reason: 'no /proc' } }).dead).toBe(0);
});

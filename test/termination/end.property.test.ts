/** Invariants of termination for random process trees with random behaviour. */

import {
  array,
  assert,
  asyncProperty,
  boolean,
  constantFrom,
  integer,
  option,
  record,
} from 'fast-check';
import { expect, it } from 'vitest';
import { memberOf } from '../../source/core/termination/kill-set.ts';
import { defaultPolicy } from '../../source/core/termination/policy.ts';
import { targetOf } from '../fixtures/end-plan.ts';
import { because } from '../fixtures/evidence.ts';
import { rounds } from '../helpers/campaign.ts';
import { createFakeMachine, type Habit } from '../helpers/fake-machine.ts';
import { process as processAt } from '../helpers/inventory.ts';

const habits = record({
  termMs: option(integer({ min: 0, max: 4000 }), { nil: undefined }),
  forks: integer({ min: 0, max: 3 }),
  stuck: constantFrom(false, false, false, false, true),
  reused: boolean(),
});
/** A tree: the parent of each process is an earlier one. */
const trees = array(
  record({
    habit: habits,
    parent: integer({ min: 0 }),
    ownSession: boolean(),
    state: constantFrom('S', 'S', 'T'),
  }),
  { minLength: 1, maxLength: 12 },
);
type Tree = readonly { habit: Habit; parent: number; ownSession: boolean; state: string }[];

const firstPid = 1000;
const bystanders = [
  processAt(1, 0, '/sbin/init', { uid: 0 }),
  processAt(900, 1, 'vim agent-1 claude'),
  processAt(901, 900, 'tail -f agent-1_stream.jsonl'),
  processAt(902, 1, 'ssh-agent'),
  processAt(99_999, 900, 'vigil'),
];

async function run(tree: Tree, policy = defaultPolicy, order = (list: unknown[]) => list) {
  const members = tree.map(({ parent, ownSession, state, habit }, index) => {
    const ppid = index === 0 ? 1 : firstPid + (parent % index);
    return {
      ...processAt(firstPid + index, ppid, `member ${index}`, {
        state,
        sid: ownSession ? firstPid + index : firstPid,
      }),
      habit,
    };
  });
  const all = order([...members, ...bystanders]);
  const machine = createFakeMachine(all as typeof members);
  const target = targetOf('agent:agent-1', {
    members: members.slice(0, 1).map(each => memberOf(each, because('the row'))),
  });
  const { steadyNow } = machine.host.clock;
  const startedAt = steadyNow();
  const { results } = await machine.end([target], { policy });
  return { machine, members, results, durationMs: steadyNow() - startedAt };
}

const cases = { numRuns: rounds(80, 10_000) };

it('only members of the kill set are signalled, and each identity gets SIGTERM at most once', async () => {
  await assert(
    asyncProperty(trees, async tree => {
      const { machine, results } = await run(tree);
      const outsiders = new Set(bystanders.map(each => each.pid));
      const known = new Set(results[0]?.processes.map(each => `${each.pid}@${each.start}`));
      for (const { pid, start } of machine.signals) {
        expect(pid).toBeGreaterThan(2);
        expect(outsiders.has(pid)).toBe(false);
        expect(start.startsWith('new')).toBe(false);
        expect(known.has(`${pid}@${start}`)).toBe(true);
      }
      const terms = machine.signals.filter(each => each.signal === 'SIGTERM');
      expect(new Set(terms.map(each => `${each.pid}@${each.start}`)).size).toBe(terms.length);
      for (const pid of machine.strangers) expect(machine.isStopped(pid)).toBe(false);
    }),
    cases,
  );
});

it('every stopped process is killed, resumed or seen dead, in bounded time', async () => {
  await assert(
    asyncProperty(trees, async tree => {
      const { machine, durationMs } = await run(tree);
      const stopped = machine.signals.filter(each => each.signal === 'SIGSTOP');
      for (const { pid, start } of stopped) {
        const isAlive = machine.table().some(each => each.pid === pid && each.start === start);
        expect([pid, isAlive && machine.isStopped(pid)]).toEqual([pid, false]);
      }
      expect(durationMs).toBeLessThan(3500 + 5000 + 2500);
    }),
    cases,
  );
});

it('each target has one outcome, and success needs two polls without a process', async () => {
  await assert(
    asyncProperty(trees, async tree => {
      const { machine, results } = await run(tree);
      expect(results).toHaveLength(1);
      const [result] = results;
      const known = new Set(result?.processes.map(each => `${each.pid}@${each.start}`));
      const isThere = (table: (typeof machine.looks)[number]) =>
        table === undefined || table.some(each => known.has(`${each.pid}@${each.start}`));
      const isGood = ['exited', 'killed', 'vanished'].includes(result?.outcome ?? '');
      const lastTwo = machine.looks.slice(-2);
      if (isGood) expect(lastTwo.some(isThere)).toBe(false);
      else expect(isThere(lastTwo.at(-1))).toBe(true);
      expect(isGood).toBe(!machine.table().some(each => known.has(`${each.pid}@${each.start}`)));
    }),
    cases,
  );
});

it('neither the order of the table nor an unrelated process changes a signal', async () => {
  const said = ({ machine }: Awaited<ReturnType<typeof run>>) =>
    machine.signals.map(({ pid, signal }) => `${signal} ${pid}`).sort();
  const calm = trees.map(tree =>
    tree.map(each => ({ ...each, habit: { ...each.habit, forks: 0 } })),
  );
  await assert(
    asyncProperty(calm, async tree => {
      const plain = await run(tree);
      const turned = await run(tree, defaultPolicy, list => [...list].reverse());
      const stranger = processAt(800, 1, 'claude agent-1');
      const more = await run(tree, defaultPolicy, list => [stranger, ...list]);
      expect(said(turned)).toEqual(said(plain));
      expect(said(more)).toEqual(said(plain));
    }),
    { numRuns: rounds(80, 10_000) },
  );
});

it('nothing is signalled while the table cannot be read', async () => {
  const member = processAt(firstPid, 1, 'member');
  const machine = createFakeMachine([member]);
  machine.hide(100_000);
  const members = [memberOf(member, because('the row'))];
  const { results } = await machine.end([targetOf('agent:a', { members })]);
  expect(machine.signals).toEqual([]);
  expect(results.flatMap(({ errors }) => errors)).toEqual(['the process table could not be read']);
});

it('a stubborn process gets SIGKILL at 3.5 s; fifty at once take no longer', async () => {
  const many = Array.from({ length: 50 }, (_, index) => ({
    ...processAt(firstPid + index, 1, 'stubborn'),
    habit: index % 2 === 0 ? {} : { termMs: 100 },
  }));
  const machine = createFakeMachine(many);
  const targets = many.map(each =>
    targetOf(`agent:${each.pid}`, { members: [memberOf(each, because('the row'))] }),
  );
  const startedAt = machine.host.clock.steadyNow();
  const { results } = await machine.end(targets);
  const outcomes = results.map(({ outcome }) => outcome);
  const kills = machine.signals.filter(each => each.signal === 'SIGKILL');
  expect(outcomes.filter(each => each === 'killed')).toHaveLength(25);
  expect(outcomes.filter(each => each === 'exited')).toHaveLength(25);
  expect(Math.min(...kills.map(each => each.at)) - startedAt).toBeGreaterThanOrEqual(3500);
  expect(Math.max(...kills.map(each => each.at)) - startedAt).toBeLessThan(4000);
});

/** Poll after poll, the classifier says what judging each poll from the beginning says. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createClassifier } from '../../source/core/inventory/classifier.ts';
import { classify } from '../../source/core/inventory/classify.ts';
import { emptyMemory, type Memory } from '../../source/core/inventory/memory.ts';
import type { Probe } from '../../source/core/inventory/scene.ts';
import { unreadDescriptors } from '../../source/core/inventory/scene.ts';
import type { Inventory, Process } from '../../source/core/model/model.ts';
import { rounds } from '../helpers/campaign.ts';
import { entry, inventory, knowledge, now, process, registry } from '../helpers/inventory.ts';
import { type Given, inventoryOf, looks } from '../helpers/looks.ts';

/** One poll of a history. */
type Poll = {
  /** Which of the machines it reads. */
  readonly look: number;
  readonly sinceMs: number;
  /** Pids that use some CPU, or stop. */
  readonly busy: readonly number[];
  /** Whether a process that has nothing to do with agents runs. */
  readonly isVisited: boolean;
  readonly isPeerGone: boolean;
};

const some = { minLength: 1, maxLength: 3 };
const polls: fc.Arbitrary<readonly Poll[]> = fc
  .array(
    fc.record({
      look: fc.nat({ max: 2 }),
      times: fc.integer({ min: 1, max: 5 }),
      sinceMs: fc.constantFrom(100, 600, 1000, 12_000, -5000),
      busy: fc.array(fc.integer({ min: 5000, max: 5012 }), { maxLength: 3 }),
      isVisited: fc.boolean(),
      isPeerGone: fc.boolean(),
    }),
    some,
  )
  .map(spans => spans.flatMap(({ times, ...poll }) => Array<Poll>(times).fill(poll)));

/** Verdicts that rest on entries change with time alone. */
const ages = fc.constantFrom(-20_000, -3000, 0, 3_600_000);

/** @returns the inventories, each made anew. */
function inventoriesOf(given: readonly Given[], history: readonly Poll[], ageMs: number) {
  let takenAt = now;
  return history.map(({ look, sinceMs, busy, isVisited }, index): Inventory => {
    takenAt += sinceMs;
    const { processes, registries, ...rest } = given[look % given.length] as Given;
    const used = (each: Process): Process =>
      busy.includes(each.pid) && each.state !== 'Z'
        ? { ...each, cpuPercent: index % 7, rssBytes: index * 4096, state: index % 2 ? 'T' : 'R' }
        : { ...each };
    const visitor = isVisited ? [process(9000 + index, 8999, 'sleep 1', { tty: 7 })] : [];
    return inventoryOf(
      {
        ...rest,
        processes: [...processes.map(used), ...visitor],
        registries: registries.map(each => ({
          ...each,
          modifiedAt: now - ageMs,
          reading: each.reading.ok
            ? {
                ok: true as const,
                value: {
                  ...each.reading.value,
                  entries: each.reading.value.entries.map(one => ({
                    ...one,
                    finishedAt: now - ageMs,
                  })),
                },
              }
            : each.reading,
        })),
      },
      takenAt,
    );
  });
}

function probeOf({ isPeerGone }: Poll): Probe {
  const peer = isPeerGone ? 'gone' : 'there';
  const opened = { ...unreadDescriptors, isRead: true, peer } as const;
  return processes => new Map(processes.map(({ pid }) => [pid, opened]));
}

function stepped(inventories: readonly Inventory[], history: readonly Poll[]) {
  const classifier = createClassifier(knowledge);
  return inventories.map((inventory, index) => {
    const steps = classifier.steps(inventory, probeOf(history[index] as Poll));
    let step = steps.next();
    while (!step.done) step = steps.next();
    return step.value;
  });
}

it('over random histories', () => {
  fc.assert(
    fc.property(fc.array(looks, some), polls, ages, (given, history, ageMs) => {
      const inventories = inventoriesOf(given, history, ageMs);
      let memory = emptyMemory;
      const full = inventories.map((inventory, index) => {
        const judged = classify(inventory, memory, knowledge, probeOf(history[index] as Poll));
        ({ memory } = judged);
        return judged;
      });
      expect(stepped(inventories, history)).toEqual(full);
    }),
    { numRuns: rounds(60, 5000) },
  );
});

it('with rows that an earlier poll has kept, as without them', () => {
  fc.assert(
    fc.property(fc.array(looks, some), polls, ages, (given, history, ageMs) => {
      let memory = emptyMemory;
      const registriesOf: Inventory['registries'][] = [];
      for (const [index, read] of inventoriesOf(given, history, ageMs).entries()) {
        // Files that have not changed are the same objects again.
        const look = (history[index] as Poll).look % given.length;
        registriesOf[look] ??= read.registries;
        const inventory = { ...read, registries: registriesOf[look] };
        const judgedWith = (ended: Memory['ended']) =>
          classify(inventory, { ...memory, ended }, knowledge, probeOf(history[index] as Poll));
        const { snapshot } = judgedWith(emptyMemory.ended);
        const kept = judgedWith(memory.ended);
        expect(kept.snapshot).toEqual(snapshot);
        ({ memory } = kept);
      }
    }),
    { numRuns: rounds(30, 5000) },
  );
});

const poll: Poll = { look: 0, sinceMs: 1000, busy: [], isVisited: false, isPeerGone: false };
const agents = (cpuPercent = 0, takenAt = now) =>
  inventory(
    {
      processes: [process(5000, 1, 'claude', { cpuPercent }), process(5001, 1, 'vim')],
      registries: [registry('task', [entry('a-1', 'working')])],
    },
    { takenAt },
  );

it('keeps the rows where nothing has changed, and the others where one has', () => {
  const rows = stepped(
    [0, 1000, 2000, 3000, 4000, 5000].map(ms => agents(ms === 5000 ? 3 : 0, now + ms)),
    Array<Poll>(6).fill(poll),
  ).map(({ snapshot }) => snapshot.rows);
  expect(rows[4]).toBe(rows[3]);
  const keyOf = (pid: number) => rows[5]?.find(row => row.processes[0]?.pid === pid);
  expect(keyOf(5000)?.cpuPercent).toBe(3);
  expect(rows[5]?.filter(row => rows[4]?.includes(row))).toHaveLength((rows[4]?.length ?? 0) - 1);
});

it('keeps the rows of a first poll in which nothing is alive', () => {
  const inventories = [0, 1000, 2000].map(ms =>
    inventory(
      {
        processes: [process(5001, 1, 'vim')],
        registries: [registry('task', [entry('a-1', 'working')])],
      },
      { takenAt: now + ms },
    ),
  );
  const judged = stepped(inventories, Array<Poll>(3).fill(poll)).map(({ snapshot }) => snapshot);
  expect(judged[0]?.rows.map(row => row.class)).toEqual(['ghost']);
  expect(judged[1]?.rows).toBe(judged[0]?.rows);
  expect(judged[2]?.rows).toBe(judged[0]?.rows);
  expect(judged[2]?.takenAt).toBe(now + 2000);
});

/** Neither read order nor unrelated processes change a verdict. Inventories here have inherited marks,
 * several servers and the memory of an earlier poll. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Inventory } from '../../source/core/model/model.ts';
import { rounds } from '../helpers/campaign.ts';
import { classesOf, judge, now, registry } from '../helpers/inventory.ts';
import { inventoryOf, looks } from '../helpers/looks.ts';

const runs = { numRuns: rounds(60, 2000) };

const turned = <T>(list: readonly T[]) => [...list].reverse();
/** Classes and members by key. */
function verdictsOf(given: Inventory, memory = judge(given).memory) {
  const { rows } = judge(given, memory).snapshot;
  return Object.fromEntries(
    rows.map(row => [row.key, `${row.class} ${row.processes.map(each => each.pid).sort()}`]),
  );
}

it('no poll throws, and every key is unique', () => {
  fc.assert(
    fc.property(looks, given => {
      const { rows } = judge(inventoryOf(given)).snapshot;
      expect(new Set(rows.map(row => row.key)).size).toBe(rows.length);
    }),
    runs,
  );
});

it('the order of the process table decides nothing, inherited marks included', () => {
  fc.assert(
    fc.property(looks, given => {
      const other = { ...given, processes: turned(given.processes) };
      expect(verdictsOf(inventoryOf(other))).toEqual(verdictsOf(inventoryOf(given)));
    }),
    runs,
  );
});

it('the order of the registries decides nothing', () => {
  fc.assert(
    fc.property(looks, given => {
      const other = { ...given, registries: turned(given.registries) };
      expect(verdictsOf(inventoryOf(other))).toEqual(verdictsOf(inventoryOf(given)));
    }),
    runs,
  );
});

it('the order of servers and panes changes no class', () => {
  fc.assert(
    fc.property(looks, given => {
      const servers = turned(given.servers).map(server => ({
        ...server,
        reading: server.reading.ok
          ? { ...server.reading, value: turned(server.reading.value) }
          : server.reading,
      }));
      expect(classesOf(inventoryOf({ ...given, servers }))).toEqual(classesOf(inventoryOf(given)));
    }),
    runs,
  );
});

it('a later poll of the same machine agrees with the first', () => {
  fc.assert(
    fc.property(looks, given => {
      const first = judge(inventoryOf(given));
      expect(verdictsOf(inventoryOf(given, now + 2000), first.memory)).toEqual(
        verdictsOf(inventoryOf(given), undefined),
      );
    }),
    runs,
  );
});

it('whichever source is unreadable, ghosts and orphans need proof from the others', () => {
  const silent = { ok: false as const, reason: 'no answer' };
  fc.assert(
    fc.property(looks, given => {
      const whole = inventoryOf(given);
      const counts = (look: Inventory) => judge(look).snapshot.totals;
      const blind = counts({ ...whole, processes: silent, origins: new Map() });
      expect([blind.ghost, blind.orphan, blind.ended, blind.husk]).toEqual([0, 0, 0, 0]);
      const deaf = counts({
        ...whole,
        servers: whole.servers.map((server, at) =>
          at === 1 ? { ...server, reading: silent } : server,
        ),
      });
      expect([deaf.ghost, deaf.orphan, deaf.ended]).toEqual([0, 0, 0]);
      const unread = counts({
        ...whole,
        registries: [...whole.registries, registry('global', [], { path: '/x', reading: silent })],
      });
      expect(unread.orphan).toBe(0);
    }),
    runs,
  );
});

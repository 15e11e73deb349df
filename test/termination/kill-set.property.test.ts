/** Compares `grow` with a naive model, which scans the whole table until no member is added. */

import {
  type Arbitrary,
  array,
  assert,
  boolean,
  constantFrom,
  integer,
  property,
  record,
} from 'fast-check';
import { expect, it } from 'vitest';
import { isZombie } from '../../source/core/inventory/process-tree.ts';
import { identityOf, type Origin, type Process } from '../../source/core/model/model.ts';
import {
  grow,
  type KillSet,
  type Marks,
  memberOf,
} from '../../source/core/termination/kill-set.ts';
import type { SpareRules } from '../../source/core/termination/spare.ts';
import { because } from '../fixtures/evidence.ts';
import { rounds } from '../helpers/campaign.ts';
import { process as processAt } from '../helpers/inventory.ts';

const marks: Marks = {
  agentId: 'a',
  panes: new Map([['%1', 3]]),
  serverPid: 9,
  uids: new Set([1000]),
  scopes: new Set(['tmux-spawn-a.scope']),
};
const origins: readonly (Origin | undefined)[] = [
  undefined,
  undefined,
  {},
  { agentMark: 'a:1' },
  { agentMark: 'b:1' },
  { tmuxPane: '%1', tmux: { socketPath: '/s', serverPid: 9, session: 1 } },
  { tmuxPane: '%1', tmux: { socketPath: '/s', serverPid: 8, session: 1 } },
  { scope: 'tmux-spawn-a.scope' },
  { scope: 'tmux-spawn-b.scope' },
];
/** Arbitrary tables: parents and session leaders may be missing, younger, or cyclic. */
const tables = array(
  record({
    ppid: integer({ min: 0, max: 14 }),
    sid: integer({ min: 0, max: 14 }),
    startedAt: integer({ min: 0, max: 5 }),
    start: constantFrom('1', '2'),
    uid: constantFrom(1000, 1000, 1001),
    state: constantFrom('S', 'S', 'S', 'Z'),
    origin: constantFrom(...origins),
    isSpared: constantFrom(false, false, false, true),
    isMember: boolean(),
  }),
  { maxLength: 14 },
);
type Table = typeof tables extends Arbitrary<infer T> ? T : never;

function sceneOf(rows: Table) {
  const table = rows.map(({ origin: _o, isSpared: _s, isMember: _m, ...more }, pid) =>
    processAt(pid, more.ppid, `p ${pid}`, more),
  );
  const known = table.filter((_, at) => rows[at]?.isMember === true && at % 3 === 0);
  const set: KillSet = {
    members: new Map(known.map(each => [identityOf(each), memberOf(each, because('the row'))])),
    spared: [],
  };
  const read = rows.flatMap(({ origin }, pid) =>
    origin === undefined ? [] : ([[pid, origin]] as const),
  );
  const spare: SpareRules = ({ pid }) =>
    rows[pid]?.isSpared ? { kind: 'listed', text: 'spared' } : undefined;
  return { table, set, origins: new Map(read), spare };
}

/** The naive model. */
function expected({ table, set, origins, spare }: ReturnType<typeof sceneOf>) {
  const members = new Set(set.members.keys());
  const byPid = new Map(table.map(each => [each.pid, each]));
  const isMember = (process: Process) => members.has(identityOf(process));
  const belongs = (process: Process) => {
    const parent = byPid.get(process.ppid);
    if (parent && isMember(parent) && process.startedAt >= parent.startedAt) return true;
    const leader = byPid.get(process.sid);
    const isLed =
      leader !== undefined &&
      isMember(leader) &&
      leader.sid === leader.pid &&
      leader.uid === process.uid &&
      process.startedAt >= leader.startedAt;
    if (isLed) return true;
    const origin = process.uid === 1000 ? origins.get(process.pid) : undefined;
    return (
      origin?.agentMark === 'a:1' ||
      (origin?.tmuxPane === '%1' && origin.tmux?.serverPid === 9 && process.startedAt >= 3) ||
      origin?.scope === 'tmux-spawn-a.scope'
    );
  };
  const spared = new Set<number>();
  for (let before = -1; before < members.size + spared.size; ) {
    before = members.size + spared.size;
    for (const process of table) {
      if (isMember(process) || isZombie(process) || !belongs(process)) continue;
      if (spare(process) === undefined) members.add(identityOf(process));
      else spared.add(process.pid);
    }
  }
  return { members: [...members].sort(), spared: [...spared].sort() };
}

const found = ({ table, set, origins, spare }: ReturnType<typeof sceneOf>) => {
  const grown = grow(set, table, marks, { origins, spare });
  return {
    members: [...grown.members.keys()].sort(),
    spared: grown.spared.map(each => each.pid).sort(),
  };
};

it('the kill set equals the naive model for any table', () => {
  assert(
    property(tables, rows => {
      const scene = sceneOf(rows);
      expect(found(scene)).toEqual(expected(scene));
    }),
    { numRuns: rounds(800, 50_000) },
  );
});

it('it does not depend on the order of the table, and a second poll adds nothing', () => {
  assert(
    property(tables, rows => {
      const scene = sceneOf(rows);
      const turned = { ...scene, table: [...scene.table].reverse() };
      expect(found(turned)).toEqual(found(scene));
      const once = grow(scene.set, scene.table, marks, scene);
      expect(grow(once, [...scene.table], marks, scene)).toBe(once);
    }),
    { numRuns: rounds(400, 50_000) },
  );
});

/** Invariants of every inventory. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { rowClasses } from '../../source/core/model/model.ts';
import { rounds } from '../helpers/campaign.ts';
import {
  classesOf,
  entry,
  inventory,
  judge,
  now,
  pane,
  process,
  registry,
  serverPid,
} from '../helpers/inventory.ts';

const runs = { numRuns: rounds(120, 5000) };
const pids = fc.integer({ min: 5000, max: 5020 });
const names = fc.constantFrom('a-1', 'a-12', 'b-2', '__proto__');
const commands = fc.constantFrom(
  'bash',
  'claude --print',
  'node /x/mcp-server',
  'vim a-1',
  'tee log',
  '',
  'ssh-agent',
);

const processes = fc.uniqueArray(
  fc.record({
    pid: pids,
    ppid: fc.oneof(pids, fc.constantFrom(1, serverPid)),
    command: commands,
    state: fc.constantFrom('S', 'Z'),
    tty: fc.constantFrom(0, 3),
    age: fc.constantFrom(0, 10_000),
  }),
  { selector: each => each.pid, maxLength: 12 },
);
const panes = fc.uniqueArray(
  fc.record({
    name: fc.oneof(
      names.map(name => `agent_${name}`),
      fc.constant('work'),
    ),
    pid: pids,
    dead: fc.boolean(),
  }),
  {
    selector: each => each.name,
    maxLength: 4,
  },
);
const entries = fc.array(
  fc.record({ id: names, status: fc.constantFrom('working', 'completed', 'paused', undefined) }),
  { maxLength: 5 },
);

const looks = fc.record({ processes, panes, entries, index: entries }).map(given => ({
  processes: given.processes.map(({ pid, ppid, command, state, tty, age }) =>
    process(pid, ppid, command, { state, tty, startedAt: now - age }),
  ),
  panes: given.panes.map(({ name, pid, dead }) => pane(name, pid, { dead })),
  registries: [
    registry(
      'task',
      given.entries.map(({ id, status }) => entry(id, status)),
    ),
    registry(
      'global',
      given.index.map(({ id, status }) => entry(id, status, { task: 'TASK-1' })),
    ),
  ],
}));

it('every row has one known class, a unique key and evidence', () => {
  fc.assert(
    fc.property(looks, parts => {
      const { rows, totals } = judge(inventory(parts)).snapshot;
      expect(new Set(rows.map(row => row.key)).size).toBe(rows.length);
      for (const row of rows) {
        expect(rowClasses).toContain(row.class);
        expect(row.evidence.length).toBeGreaterThan(0);
      }
      expect(rowClasses.reduce((sum, name) => sum + totals[name], 0)).toBe(rows.length);
    }),
    runs,
  );
});

it('no process is in two rows, except for entries that share a session', () => {
  fc.assert(
    fc.property(looks, parts => {
      const { rows } = judge(inventory(parts)).snapshot;
      const unrecorded = rows.filter(row => !row.key.startsWith('agent:'));
      const pidsOf = unrecorded.flatMap(row => row.processes.map(each => each.pid));
      expect(new Set(pidsOf).size).toBe(pidsOf.length);
    }),
    runs,
  );
});

it('the order of processes does not matter', () => {
  fc.assert(
    fc.property(looks, parts => {
      const turned = { ...parts, processes: [...parts.processes].reverse() };
      expect(classesOf(inventory(turned))).toEqual(classesOf(inventory(parts)));
    }),
    runs,
  );
});

it('a process unrelated to agents changes no row', () => {
  fc.assert(
    fc.property(looks, parts => {
      const more = {
        ...parts,
        processes: [...parts.processes, process(9000, 8999, 'postgres', { tty: 7 })],
      };
      expect(classesOf(inventory(more))).toEqual(classesOf(inventory(parts)));
    }),
    runs,
  );
});

it('an unreadable tmux server leaves no ghost, orphan or ended agent, whatever else is found', () => {
  fc.assert(
    fc.property(looks, parts => {
      const servers = [
        { socket: 's', path: '/s', reading: { ok: false as const, reason: 'hung' } },
      ];
      const { totals } = judge(inventory(parts, { servers })).snapshot;
      expect([totals.ghost, totals.orphan, totals.ended]).toEqual([0, 0, 0]);
    }),
    runs,
  );
});

/** A termination by another vigil: shown if its journal reports the stage. */
import { expect, it } from 'vitest';
import { rowJson } from '../../source/cli/json/snapshot-json.ts';
import type { Escalation } from '../../source/core/termination/progress.ts';
import {
  entry,
  inventory,
  judge,
  long,
  pane,
  process,
  registry,
  serverPid,
} from '../helpers/inventory.ts';

const key = 'agent:a';
const agents = {
  processes: [process(20, serverPid, 'claude', { startedAt: long })],
  panes: [pane('agent_a', 20)],
  registries: [registry('task', [entry('a', 'working'), entry('b', 'completed')])],
};
const note = { key, by: 700, processes: [{ pid: 20, start: '200' }] };
const escalation = { stage: 'terminating', attempt: 2, of: 3, deadline: 9 } as const;

const rowsOf = (endings: Parameters<typeof inventory>[1]) =>
  judge(inventory(agents, endings)).snapshot.rows;

it('a journal that reports its stage is the row’s escalation, with its vigil', () => {
  const rows = rowsOf({ endings: [{ ...note, escalation }] });
  const row = rows.find(each => each.key === key);
  expect(row).toMatchObject({ class: 'live', escalation });
  expect(row?.evidence.at(-1)?.text).toBe('vigil pid 700 is ending it');
  expect(rows.filter(each => each.escalation !== undefined)).toHaveLength(1);
});

it('a journal without a stage changes no row', () => {
  expect(rowsOf({ endings: [note] })).toEqual(rowsOf({}));
});

it('is in the JSON output as in docs/json.md, its deadline as a time', () => {
  const jsonOf = (told: Escalation) =>
    rowsOf({ endings: [{ ...note, escalation: told }] })
      .filter(row => row.key === key)
      .map(row => rowJson(row).escalation);
  expect(jsonOf({ ...escalation, deadline: Date.UTC(2026, 0, 1) })).toEqual([
    { stage: 'terminating', attempt: 2, of: 3, deadline: '2026-01-01T00:00:00.000Z' },
  ]);
  expect(jsonOf({ stage: 'killing' })).toEqual([
    { stage: 'killing', attempt: 0, of: 0, deadline: null },
  ]);
  expect(rowsOf({}).map(row => rowJson(row).escalation)).toEqual([null, null]);
});

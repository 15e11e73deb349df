/** Agents that have ended: thousands of entries that hardly change from poll to poll. */
import { expect, it } from 'vitest';
import type { Memory } from '../../source/core/inventory/memory.ts';
import type { AgentEntry, RegistryReading, Row } from '../../source/core/model/model.ts';
import { parseRegistry } from '../../source/core/registry/parse.ts';
import { entry, inventory, judge, now, pane, process, registry } from '../helpers/inventory.ts';

const ended = (count: number) =>
  Array.from({ length: count }, (_, at) => entry(`a-${at}`, 'completed', { task: 'TASK-1' }));

/** Polls one after the other, a second apart. */
function poller() {
  let memory: Memory | undefined;
  let takenAt = now;
  return (entries: readonly AgentEntry[], more: Parameters<typeof inventory>[0] = {}) => {
    takenAt += 1000;
    const registries = [registry('global', entries), registry('task', entries)];
    const judged = judge(inventory({ registries, ...more }, { takenAt }), memory);
    memory = judged.memory;
    return { rows: judged.snapshot.rows, memory };
  };
}

const rowOf = (rows: readonly Row[], id: string) => rows.find(({ agentId }) => agentId === id);

it('keep the same rows, whatever else the registry lists', () => {
  const poll = poller();
  const entries = ended(3);
  poll(entries);
  const second = poll(entries).rows;
  const third = poll([...entries, entry('b-1', 'completed', { task: 'TASK-1' })]).rows;
  for (const { agentId } of entries.map(({ id }) => ({ agentId: id })))
    expect(rowOf(third, agentId)).toBe(rowOf(second, agentId));
  expect(rowOf(third, 'b-1')?.class).toBe('ended');
});

it('have the row that a first poll would make, but for how long polls agree', () => {
  const poll = poller();
  const entries = ended(2);
  const first = poll(entries).rows;
  poll(entries);
  expect(poll(entries).rows).toEqual(first);
  expect(first[0]?.agreedSince).toBe(now + 1000);
});

it('are judged again once anything behind their row changes', () => {
  const entries = ended(2);
  const poll = poller();
  poll(entries);
  poll(entries);
  const changed = { ...(entries[0] as AgentEntry), status: 'failed' };
  expect(rowOf(poll([changed, ...entries.slice(1)]).rows, 'a-0')?.status).toBe('failed');
  const active = { ...changed, status: 'working' };
  expect(rowOf(poll([active, ...entries.slice(1)]).rows, 'a-0')?.class).not.toBe('ended');
  const agent = {
    processes: [process(5000, 4000, 'claude', { tty: 1 })],
    panes: [pane('agent_a-1', 5000)],
  };
  expect(rowOf(poll(entries, agent).rows, 'a-1')?.class).toBe('undead');
  expect(rowOf(poll(entries).rows, 'a-1')?.class).toBe('ended');
});

const ghosts = (count: number, startedAt?: number) =>
  Array.from({ length: count }, (_, at) =>
    entry(`g-${at}`, 'working', { task: 'TASK-1', startedAt }),
  );

it('and ghosts keep the same rows, whatever else the registry lists', () => {
  const poll = poller();
  const entries = ghosts(3);
  poll(entries);
  const second = poll(entries).rows;
  expect(second.map(row => row.class)).toEqual(['ghost', 'ghost', 'ghost']);
  const third = poll([...entries, entry('b-1', 'working', { task: 'TASK-1' })]).rows;
  for (const { id } of entries) expect(rowOf(third, id)).toBe(rowOf(second, id));
  expect(rowOf(third, 'b-1')?.class).toBe('ghost');
});

it('are ghosts that are judged again once a session has their name', () => {
  const poll = poller();
  const entries = ghosts(2);
  const second = [poll(entries), poll(entries)].at(-1)?.rows ?? [];
  const agent = {
    processes: [process(5000, 4000, 'claude', { tty: 1 })],
    panes: [pane('agent_g-1', 5000)],
  };
  const third = poll(entries, agent).rows;
  expect(rowOf(third, 'g-0')).toBe(rowOf(second, 'g-0'));
  expect(rowOf(third, 'g-1')?.class).toBe('live');
  expect(rowOf(poll(entries).rows, 'g-1')?.class).toBe('ghost');
});

it('are ghosts that wait for a second poll while they are young', () => {
  const young = ghosts(1, now + 500);
  const poll = poller();
  expect(poll(young).rows[0]?.class).toBe('unknown');
  expect(poll(young).rows[0]?.class).toBe('ghost');
});

it('are ghosts that are young again where the clock was set back', () => {
  let memory: Memory | undefined;
  const young = ghosts(1, now);
  const registries = [registry('task', young, { modifiedAt: now })];
  const classes = [3000, 4000, 1000].map(ms => {
    const judged = judge(inventory({ registries }, { takenAt: now + ms }), memory);
    memory = judged.memory;
    return judged.snapshot.rows[0]?.class;
  });
  expect(classes).toEqual(['ghost', 'ghost', 'unknown']);
});

it('are forgotten with their entries', () => {
  const poll = poller();
  poll(ended(2000));
  const { rows, memory } = poll([]);
  expect(rows).toEqual([]);
  expect([memory.ended.size, memory.since.size, memory.lineage.size]).toEqual([0, 0, 0]);
});

it('are the same objects after a registry was written for another entry', () => {
  const text = (more: readonly unknown[]) =>
    JSON.stringify({
      task_id: 'TASK-1',
      agents: [
        { id: 'a-1', status: 'completed', tracked_files: { log_file: '/l' } },
        { id: 'a-2', status: 'working', tracked_processes: [{ pid: 7, start: '9', boot_id: 'b' }] },
        ...more,
      ],
    });
  const read = (content: string, before?: RegistryReading['reading']) =>
    parseRegistry(content, 'task', before?.ok ? before.value : undefined);
  const entriesOf = (reading: RegistryReading['reading']) =>
    reading.ok ? reading.value.entries : [];
  const before = read(text([]));
  const after = read(text([{ id: 'a-3' }]), before);
  expect(
    entriesOf(after)
      .slice(0, 2)
      .every((each, at) => each === entriesOf(before)[at]),
  ).toBe(true);
  const changed = read(text([]).replace('/l', '/m').replace('"9"', '"8"'), before);
  expect(changed).toEqual(read(text([]).replace('/l', '/m').replace('"9"', '"8"')));
  expect(entriesOf(changed).some(each => entriesOf(before).includes(each))).toBe(false);
});

/** Lineage is kept across polls. */
import { expect, it } from 'vitest';
import type { AgentEntry } from '../../source/core/model/model.ts';
import {
  classesOf,
  entry,
  inventory,
  judge,
  pane,
  process,
  registry,
  serverPid,
} from '../helpers/inventory.ts';

const registries = [registry('task', [entry('a-1', 'working')])];
const shell = process(5000, serverPid, 'bash -c claude');
const claude = process(5001, 5000, 'claude', { sid: 5000 });
const child = process(5002, 5001, 'python3 serve.py', { sid: 5002 });
const panes = [pane('agent_a-1', 5000)];
const before = judge(inventory({ processes: [shell, claude, child], panes, registries }));
const adopted = { ...child, ppid: 1 };

it('a reparented child stays with its living agent', () => {
  const { snapshot } = judge(
    inventory({ processes: [shell, claude, adopted], panes, registries }),
    before.memory,
  );
  expect(snapshot.rows.map(row => row.key)).toEqual(['agent:a-1']);
  const found = snapshot.rows[0]?.processes.find(each => each.pid === 5002);
  expect(found?.reason.text).toContain('seen before');
});

it('is an orphan once its agent is gone, and was unknown to a poll without memory', () => {
  const given = inventory({ processes: [adopted], registries });
  expect(classesOf(given, before.memory)).toEqual({
    'agent:a-1': 'ghost',
    'process:5002@50020': 'orphan',
  });
  expect(classesOf(given)).toEqual({ 'agent:a-1': 'ghost' });
});

it('a process with the same pid but another start time is a different process', () => {
  const given = inventory({ processes: [{ ...adopted, start: 'later' }], registries });
  expect(classesOf(given, before.memory)).toEqual({ 'agent:a-1': 'ghost' });
});

it('leftovers of an interactive agent are known as its', () => {
  const terminal = process(6000, 4999, 'zsh', { tty: 1 });
  const own = process(6001, 6000, 'claude', { sid: 6000, tty: 1 });
  const server = process(6002, 6001, 'python3 serve.py');
  const first = judge(inventory({ processes: [terminal, own, server] }));
  const second = judge(inventory({ processes: [terminal, own, server] }), first.memory);
  expect(second.snapshot.rows.map(row => row.processes.length)).toEqual([2]);
  const gone = inventory({ processes: [terminal, { ...server, ppid: 1 }] });
  expect(classesOf(gone, second.memory)).toEqual({ 'process:6002@60020': 'orphan' });
});

it('survives a poll in which the process table could not be read', () => {
  const blind = judge(
    inventory({ registries }, { processes: { ok: false, reason: 'EIO' } }),
    before.memory,
  );
  expect(classesOf(inventory({ processes: [adopted], registries }), blind.memory)).toMatchObject({
    'process:5002@50020': 'orphan',
  });
});

it('forgets processes that are gone', () => {
  const empty = judge(inventory({ registries }), before.memory);
  expect(empty.memory.lineage.size).toBe(0);
});

it('a process that only an entry names is a claim in every poll, and none without the entry', () => {
  const job = process(7000, 1, 'sleep 1000001', { sid: 7000 });
  const recording = (tracked: AgentEntry['tracked']) =>
    inventory({
      processes: [shell, claude, child, job],
      panes,
      registries: [registry('task', [entry('a-1', 'working', { tracked })])],
    });
  const claimed = recording([{ pid: job.pid, start: job.start, bootId: 'boot' }]);
  const first = judge(claimed);
  const second = judge(claimed, first.memory);
  for (const { snapshot } of [first, second])
    expect(snapshot.rows[0]?.processes.find(each => each.pid === job.pid)?.reason.kind).toBe(
      'claim',
    );
  const later = judge(recording([]), second.memory);
  expect(later.snapshot.rows[0]?.processes.map(each => each.pid)).not.toContain(job.pid);
});

/** Task and global registries → one record per agent. */

import { describe, expect, it } from 'vitest';
import type { AgentEntry, RegistryReading } from '../../source/core/model/model.ts';
import { registryEvidence } from '../../source/core/registry/disagreements.ts';
import {
  type AgentRecord,
  mergeRegistries,
  recordedStatus,
} from '../../source/core/registry/merge.ts';
import { cpuMs } from '../helpers/cpu.ts';
import { entry, registry, workspace } from '../helpers/inventory.ts';

function task(name: string, entries: readonly AgentEntry[], more: Partial<RegistryReading> = {}) {
  return registry('task', entries, {
    path: `${workspace}/${name}/AGENT_REGISTRY.json`,
    reading: { ok: true, value: { task: name, entries, faults: [] } },
    ...more,
  });
}
const evidenceOf = (record?: AgentRecord) => (record === undefined ? [] : registryEvidence(record));
const keysOf = (registries: readonly RegistryReading[]) =>
  mergeRegistries(registries).map(record => record.key);

it('one id in rows of two tasks is two agents, as in the files of two tasks', () => {
  const rows = ['TASK-1', 'TASK-2'].map(name => entry('a-1', 'working', { task: name }));
  expect(keysOf([registry('database', rows)])).toEqual(['agent:a-1', 'agent:a-1#TASK-2']);
  const files = ['TASK-1', 'TASK-2'].map(name => task(name, [entry('a-1', 'working')]));
  expect(keysOf([registry('database', rows), ...files])).toHaveLength(2);
  // A row without a task is the one agent that has its id.
  expect(keysOf([registry('database', [entry('a-1', 'working')]), ...files.slice(1)])).toHaveLength(
    1,
  );
});

describe('an agent of the index', () => {
  it('joins its task’s entry, which is authoritative, whichever file is read first', () => {
    const files = [
      registry('global', [entry('a-1', 'running', { task: 'TASK-1', session: 'agent_other' })]),
      task('TASK-1', [entry('a-1', 'completed')]),
    ];
    for (const registries of [files, [...files].reverse()]) {
      const [record, ...more] = mergeRegistries(registries);
      expect(more).toEqual([]);
      expect(record).toMatchObject({ status: 'terminal', entry: { session: 'agent_a-1' } });
      const said = evidenceOf(record)
        .map(({ text }) => text)
        .join('\n');
      expect(said).toContain('status completed, running');
      expect(said).toContain('session agent_a-1, agent_other');
    }
  });

  it('without a task, or with a wrong one, joins the only task that lists its id', () => {
    for (const named of [undefined, 'TASK-gone'])
      expect(
        keysOf([
          task('TASK-1', [entry('a-1', 'working')]),
          registry('global', [entry('a-1', 'working', { task: named })]),
        ]),
      ).toEqual(['agent:a-1']);
  });

  it('stays separate if two tasks list its id and it names neither', () => {
    const records = mergeRegistries([
      task('TASK-1', [entry('a-1')]),
      task('TASK-2', [entry('a-1')]),
      registry('global', [entry('a-1')]),
    ]);
    expect(records).toHaveLength(3);
    expect(new Set(records.map(record => record.key)).size).toBe(3);
  });

  it('is not joined to one whose id only ends like its own', () => {
    const odd = entry('x\0a-1', 'completed');
    const records = mergeRegistries([
      task('TASK-1', [odd]),
      registry('global', [entry('a-1', 'working')]),
    ]);
    expect(records.map(record => record.entry.id).sort()).toEqual(['a-1', 'x\0a-1']);
  });

  it('that no task lists is kept, and that is reported', () => {
    const [record] = mergeRegistries([registry('global', [entry('a-1', 'running')])]);
    expect(
      evidenceOf(record)
        .map(({ text }) => text)
        .join(),
    ).toContain('not in a task registry');
  });

  it('of another workspace is another agent', () => {
    const elsewhere = registry('global', [entry('a-1', 'working', { task: 'TASK-1' })], {
      workspace: '/v/.agent-workspace',
      path: '/v/.agent-workspace/registry/GLOBAL_REGISTRY.json',
    });
    expect(mergeRegistries([task('TASK-1', [entry('a-1')]), elsewhere])).toHaveLength(2);
  });
});

it('an id listed twice in one file is one record that reports it', () => {
  const [record, ...more] = mergeRegistries([
    task('TASK-1', [entry('a-1', 'working'), entry('a-1', 'completed')]),
  ]);
  expect(more).toEqual([]);
  expect(
    evidenceOf(record)
      .map(({ text }) => text)
      .join(),
  ).toContain('listed more than once in the same registry');
});

it('keys are unique even if an id looks like a generated key', () => {
  const keys = keysOf([
    task('TASK-1', [entry('a-1'), entry('a-1#TASK-2')]),
    task('TASK-2', [entry('a-1')]),
    task('TASK-3', [entry('a-1#TASK-2')]),
  ]);
  expect(new Set(keys).size).toBe(4);
});

it('an entry whose status has a wrong type is neither active nor finished', () => {
  const faults = [{ field: 'status', text: 'status: expected a string, got a number' }];
  const [record] = mergeRegistries([task('TASK-1', [entry('a-1', undefined, { faults })])]);
  expect(record).toMatchObject({ status: 'unclear', hasFaults: true });
});

it('an unreadable task registry leaves its agents without their authority', () => {
  const records = mergeRegistries([
    task('TASK-1', [], { reading: { ok: false, reason: 'torn' } }),
    registry('global', [entry('a-1', 'working', { task: 'TASK-1' }), entry('b-2', 'working')]),
  ]);
  expect(records.map(record => record.authorityUnread)).toEqual([true, false]);
});

it('statuses follow the orchestrator, in any case', () => {
  for (const word of ['running', ' Working ', 'BLOCKED', 'reviewing', 'pending', 'starting', ''])
    expect(recordedStatus(word)).toBe('active');
  for (const word of ['completed', 'phase_completed', 'terminated', 'KILLED', 'error', 'failed'])
    expect(recordedStatus(word)).toBe('terminal');
  for (const word of ['paused', 'run', '__proto__', 'working!'])
    expect(recordedStatus(word)).toBe('unclear');
});

it('agents that only the index has are merged in linear time', () => {
  const timeFor = (count: number) => {
    const entries = Array.from({ length: count }, (_, at) =>
      entry(`a-${at}`, 'running', { task: 'TASK-gone' }),
    );
    const times = [1, 2, 3, 4, 5].map(() => {
      const started = cpuMs();
      for (let merged = 0; merged < 20_000; merged += count)
        expect(mergeRegistries([registry('global', entries)])).toHaveLength(count);
      return cpuMs() - started;
    });
    return Math.min(...times);
  };
  timeFor(1000);
  // As many in all, by twenty times as many at once: about as long; twenty times as long would be the square.
  expect(timeFor(20_000) / timeFor(1000)).toBeLessThan(8);
});

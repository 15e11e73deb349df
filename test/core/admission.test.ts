/** Whether a task admits one more agent, and what is written for it. */
import { describe, expect, it } from 'vitest';
import {
  admit,
  dismiss,
  type NewAgent,
  whyNotAdmitted,
} from '../../source/core/lifecycle/admission.ts';
import type { RegistryScope } from '../../source/core/model/model.ts';
import { type RegistryDocument, readDocument } from '../../source/core/registry/document.ts';
import { edited } from '../helpers/edited.ts';

type Fields = Record<string, unknown>;

const agent: NewAgent = {
  id: 'builder-1',
  type: 'builder',
  parent: 'orchestrator',
  task: 'TASK-1',
  shared: [
    ['type', 'builder'],
    ['status', 'running'],
    ['tmux_session', 'agent_builder-1'],
  ],
  own: [['prompt', 'go']],
};

function document(scope: RegistryScope, fields: Fields): RegistryDocument {
  const read = readDocument(`/w/${scope}.json`, scope, JSON.stringify(fields, null, 2));
  if (!read.ok) throw new Error(read.reason);
  return read.value;
}

const taskOf = (fields: Fields = {}) =>
  document('task', { task_id: 'TASK-1', agents: [], ...fields });
const globalOf = (fields: Fields = {}) => document('global', { agents: {}, ...fields });
const one = (id: string, more: Fields = {}) => ({ id, type: id, status: 'working', ...more });

function why(task: Fields, global: Fields = {}, asked: Partial<NewAgent> = {}) {
  return whyNotAdmitted(taskOf(task).content, globalOf(global).content, { ...agent, ...asked });
}

describe('a task', () => {
  const two = [one('a-1'), one('b-1', { status: 'completed' })];
  it.each<[string, Fields, Fields, Partial<NewAgent>, string | undefined]>([
    ['without limits admits any agent', { agents: two }, {}, {}, undefined],
    ['does not take the same id twice', { agents: [one('builder-1')] }, {}, {}, 'already recorded'],
    [
      'does not take a second active one of a type',
      { agents: [one('x-1', { type: 'builder' })] },
      {},
      {},
      'x-1 is an active agent of type builder',
    ],
    [
      'takes the type of one that has ended',
      { agents: [one('x-1', { type: 'builder', status: 'completed' })] },
      {},
      {},
      undefined,
    ],
    ['counts only the active', { agents: two, max_concurrent: 2 }, {}, {}, undefined],
    [
      'is full when as many are active',
      { agents: two, max_concurrent: 1 },
      {},
      {},
      'max_concurrent: the task has 1 of 1 active agents',
    ],
    ['admits no agent if the limit is 0', { max_concurrent: 0 }, {}, {}, 'max_concurrent: '],
    [
      'counts all that were ever spawned, by its counter',
      { max_agents: 3, total_spawned: 3 },
      {},
      {},
      'max_agents: 3 of 3',
    ],
    ['counts entries where there is no counter', { agents: two, max_agents: 2 }, {}, {}, '2 of 2'],
    [
      'does not know a parent that is not in it',
      { agents: two },
      {},
      { parent: 'z-1' },
      'parent z-1 is not in the registry of this task',
    ],
    [
      'keeps its depth',
      { agents: [one('a-1', { depth: 2 })], max_depth: 2 },
      {},
      { parent: 'a-1' },
      'max_depth: depth 3 exceeds 2',
    ],
    [
      'takes a child at the last depth',
      { agents: [one('a-1', { depth: 1 })], max_depth: 2 },
      {},
      { parent: 'a-1' },
      undefined,
    ],
    [
      'counts a parent without a depth as at the first',
      { agents: [one('a-1')], max_depth: 1 },
      {},
      { parent: 'a-1' },
      'depth 2 exceeds 1',
    ],
    [
      'waits for room in the workspace',
      {},
      { agents: { 'z-1': { status: 'working' } }, max_concurrent_agents: 1 },
      {},
      'max_concurrent_agents: the workspace has 1 of 1 active agents',
    ],
    [
      'does not wait for those that have ended',
      {},
      { agents: { 'z-1': { status: 'completed' } }, max_concurrent_agents: 1 },
      {},
      undefined,
    ],
  ])('%s', (_name, task, global, asked, said) => {
    const reason = why(task, global, asked);
    if (said === undefined) expect(reason).toBeUndefined();
    else expect(reason).toContain(said);
  });

  it('without a registry admits no agent, and one without an index admits any', () => {
    expect(whyNotAdmitted(undefined, globalOf().content, agent)).toBe('the task has no registry');
    expect(whyNotAdmitted(taskOf().content, undefined, agent)).toBeUndefined();
  });
});

/** The registries after the changes, as any reader parses them. */
function written(
  documents: readonly RegistryDocument[],
  changes: ReturnType<typeof admit>,
): RegistryDocument[] {
  return documents.map(each => {
    const edits = (changes ?? [])
      .filter(({ path }) => path === each.path)
      .flatMap(change => change.edits);
    return edited(each, edits);
  });
}
const read = (documents: readonly RegistryDocument[]) =>
  documents.map(({ text }) => JSON.parse(text));

describe('a new agent', () => {
  const counted = { total_spawned: 4, active_count: 1, agent_hierarchy: { orchestrator: ['a-1'] } };
  const documents = [
    taskOf({ agents: [one('a-1')], ...counted }),
    globalOf({ agents: { 'a-1': one('a-1') }, active_agents: 1, total_agents_spawned: 9 }),
  ];

  it('is added to both registries, the counters, the totals and its parent', () => {
    const [task, global] = read(written(documents, admit(documents, agent)));
    expect(task).toEqual({
      task_id: 'TASK-1',
      agents: [
        one('a-1'),
        {
          ...{ id: 'builder-1', type: 'builder', status: 'running' },
          ...{ tmux_session: 'agent_builder-1', prompt: 'go', depth: 1 },
        },
      ],
      total_spawned: 5,
      active_count: 2,
      agent_hierarchy: { orchestrator: ['a-1', 'builder-1'] },
    });
    expect(global).toMatchObject({ active_agents: 2, total_agents_spawned: 10 });
    expect(global.agents['builder-1']).toEqual({
      ...{ task_id: 'TASK-1', type: 'builder', status: 'running' },
      tmux_session: 'agent_builder-1',
    });
  });

  it.each(['orchestrator', 'a-1'])('that is removed again leaves no trace below %s', parent => {
    const admitted = written(documents, admit(documents, { ...agent, parent }));
    expect(read(admitted)[0].agent_hierarchy[parent]).toContain('builder-1');
    const dismissed = written(admitted, dismiss(admitted, 'builder-1', 'agent_builder-1'));
    expect(read(dismissed)).toEqual(read(documents));
    expect(dismiss(dismissed, 'builder-1', 'agent_builder-1')).toEqual([]);
  });

  it('is removed only by the session that it was started with', () => {
    const admitted = written(documents, admit(documents, agent));
    expect(dismiss(admitted, 'builder-1', 'agent_other')).toEqual([]);
    expect(dismiss(admitted, 'a-1', 'agent_builder-1')).toEqual([]);
  });

  it('is of the phase that the task is in', () => {
    const phases = taskOf({ current_phase_index: 1, current_phase_id: 'phase-b' });
    const [task] = written([phases], admit([phases], agent));
    expect(JSON.parse(task?.text ?? '').agents).toMatchObject([
      { phase_index: 1, phase_id: 'phase-b' },
    ]);
    const [without] = written([taskOf()], admit([taskOf()], agent));
    expect(without?.text).not.toContain('phase');
  });

  it('creates no counters or hierarchy if there are none', () => {
    const bare = [taskOf()];
    const [task] = read(written(bare, admit(bare, agent)));
    expect(Object.keys(task)).toEqual(['task_id', 'agents']);
  });

  it('may have the name of an Object.prototype member', () => {
    const odd = { ...agent, id: '__proto__', parent: 'constructor' };
    const bare = [taskOf({ agents: [one('constructor')], agent_hierarchy: {} }), globalOf()];
    const admitted = written(bare, admit(bare, odd));
    expect(admitted[0]?.content.entries.map(({ id }) => id)).toEqual(['constructor', '__proto__']);
    expect(admitted[1]?.content.entries.map(({ id }) => id)).toEqual(['__proto__']);
    const dismissed = written(admitted, dismiss(admitted, '__proto__', 'agent_builder-1'));
    expect(read(dismissed)).toEqual(read(bare));
  });
});

/** Descriptions of tasks, from untrusted registries. */
import { expect, it } from 'vitest';
import type { RegistryReading, RegistryScope } from '../../source/core/model/model.ts';
import { parseRegistry } from '../../source/core/registry/parse.ts';
import { tasksOf } from '../../source/core/registry/task-descriptions.ts';

const reading = (path: string, scope: RegistryScope, content: object): RegistryReading => ({
  ...{ path, scope, workspace: '/w', kind: 'json', modifiedAt: 0, ownerUid: 0 },
  reading: parseRegistry(JSON.stringify(content), scope),
});
const task = (id: string, more: object) =>
  reading(`/w/${id}/AGENT_REGISTRY.json`, 'task', { agents: [], ...more });
const global = (tasks: unknown) =>
  reading('/w/registry/GLOBAL_REGISTRY.json', 'global', { agents: {}, tasks });

it('the own registry of a task has the last word, the global one fills gaps', () => {
  const registries = [
    global({
      'T-1': { description: 'of the index' },
      'T-2': { description: 'only here' },
      'T-3': { description: 'not on disk' },
    }),
    task('T-1', { task_description: '  its own  ' }),
    task('T-2', {}),
    task('T-4', { task_id: 'T-5', task_description: 'named otherwise' }),
  ];
  expect(tasksOf(registries)).toEqual([
    { id: 'T-1', description: 'its own' },
    { id: 'T-2', description: 'only here' },
    { id: 'T-5', description: 'named otherwise' },
    { id: 'T-3', description: 'not on disk' },
  ]);
});

it('what is no text is no description, and a long one is cut', () => {
  for (const wrong of [1, null, [], {}, '', ' '])
    expect(tasksOf([task('T-1', { task_description: wrong })])).toEqual([{ id: 'T-1' }]);
  for (const wrong of [1, null, [1], 'x', { __proto__: null, 'T-2': 7 }])
    expect(tasksOf([global(wrong)])).toEqual([]);
  const [long] = tasksOf([task('T-1', { task_description: 'x'.repeat(5000) })]);
  expect(long?.description).toHaveLength(2000);
});

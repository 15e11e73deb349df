/** What tasks are about, as their registries record it. */
import type { RegistryReading, Task } from '../model/model.ts';
import { taskOf } from './merge.ts';

/** Each task once; its own registry is authoritative, the global one fills gaps. */
export function tasksOf(registries: readonly RegistryReading[]): readonly Task[] {
  const tasks = new Map<string, Task>();
  const add = ({ id, description }: Task) =>
    tasks.set(id, { id, description: tasks.get(id)?.description ?? description });
  for (const registry of registries)
    if (registry.scope === 'task') {
      const { reading } = registry;
      add({
        id: taskOf(registry),
        description: reading.ok ? reading.value.description : undefined,
      });
    }
  for (const { reading } of registries)
    for (const task of (reading.ok && reading.value.tasks) || []) add(task);
  return [...tasks.values()];
}

/** A task as its registries and the database have it together. */
import type { AgentEntry, Limits, RegistryContent } from '../model/model.ts';

/** @param task of the task's own registry. @param database of the workspace's database.
 * @returns the entries of both, the database's where both have one, and the limits; without an own registry nothing. */
export function withDatabase(
  task: RegistryContent | undefined,
  database: RegistryContent | undefined,
  id: string,
): RegistryContent | undefined {
  if (task === undefined || database === undefined) return task;
  const entries = joined(
    database.entries.filter(entry => entry.task === id),
    task.entries,
  );
  const limits = { ...task.limits, ...limitsIn(database, id) };
  // The orchestrator does not count what it starts while it has a database.
  const spawned = Math.max(limits.spawned ?? 0, entries.length);
  return { ...task, entries, limits: { ...limits, spawned } };
}

/** @returns the agents of a workspace, the database's entry where several have one. */
export function withAllOf(
  global: RegistryContent | undefined,
  database: RegistryContent | undefined,
): RegistryContent | undefined {
  if (global === undefined || database === undefined) return global ?? database;
  return { ...global, entries: joined(database.entries, global.entries) };
}

/** Whether the database keeps the agents of a task. */
export function keepsTask(database: RegistryContent | undefined, id: string): boolean {
  return database?.tasks?.some(task => task.id === id) === true;
}

function joined(own: readonly AgentEntry[], others: readonly AgentEntry[]): readonly AgentEntry[] {
  const known = new Set(own.map(({ id }) => id));
  return [...own, ...others.filter(({ id }) => !known.has(id))];
}

function limitsIn({ tasks = [] }: RegistryContent, id: string): Limits {
  const limits = Object.entries(tasks.find(task => task.id === id)?.limits ?? {});
  return Object.fromEntries(limits.filter(([, value]) => value !== undefined));
}

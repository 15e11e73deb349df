/** The registries that list an agent, or should. */
import type { RegistryReading } from '../model/model.ts';
import { type AgentRecord, taskOf } from '../registry/merge.ts';

export type Listing = {
  readonly workspace: string;
  /** `undefined` for agents of a task without a registry of its own. */
  readonly taskFile?: string;
  readonly globalFile?: string;
  readonly databaseFile?: string;
};

export function listingOf(record: AgentRecord, registries: readonly RegistryReading[]): Listing {
  const workspace = record.registries[0]?.workspace ?? '';
  const taskRegistries = registries.filter(
    each => each.workspace === workspace && each.scope === 'task',
  );
  const task =
    record.registries.find(registry => registry.scope === 'task') ??
    taskRegistries.find(registry => taskOf(registry) === record.entry.task);
  return { workspace, taskFile: task?.path, ...sharedBy(workspace, registries) };
}

/** The registries of all tasks of a workspace. A database that cannot be read takes no changes. */
export function sharedBy(workspace: string, registries: readonly RegistryReading[]) {
  const find = (scope: RegistryReading['scope']) =>
    registries.find(each => each.workspace === workspace && each.scope === scope);
  const database = find('database');
  const databaseFile = database?.reading.ok ? database.path : undefined;
  return { globalFile: find('global')?.path, databaseFile };
}

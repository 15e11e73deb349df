/** The registries that list an agent, or should. */
import type { RegistryReading } from '../model/model.ts';
import { type AgentRecord, taskOf } from '../registry/merge.ts';

export type Listing = {
  readonly workspace: string;
  /** `undefined` for agents of a task without a registry of its own. */
  readonly taskFile?: string;
  readonly globalFile?: string;
  /** If the agent is in the database. */
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
  const globalFile = globalOf(workspace, registries);
  const databaseFile = record.registries.find(registry => registry.scope === 'database')?.path;
  return { workspace, taskFile: task?.path, globalFile, databaseFile };
}

export function globalOf(
  workspace: string,
  registries: readonly RegistryReading[],
): string | undefined {
  return registries.find(each => each.workspace === workspace && each.scope === 'global')?.path;
}

/** The registries that list an agent, or should. */
import { groupBy } from '../model/group-by.ts';
import type { RegistryReading, RegistryScope } from '../model/model.ts';
import { oncePer } from '../model/once-per.ts';
import { type AgentRecord, taskOf } from '../registry/merge.ts';

export type Listing = {
  readonly workspace: string;
  /** `undefined` for agents of a task without a registry of its own. */
  readonly taskFile?: string;
  readonly globalFile?: string;
  /** If the agent is in the database. */
  readonly databaseFile?: string;
};

/** @returns the same object for all records of one task. */
export function listingOf(record: AgentRecord, registries: readonly RegistryReading[]): Listing {
  return listingsIn(registries)(record);
}

const listingsIn = oncePer((registries: readonly RegistryReading[]) => {
  const workspaces = [...groupBy(registries, ({ workspace }) => workspace)];
  const tasks = new Map(workspaces.map(([workspace, own]) => [workspace, taskFilesOf(own)]));
  const globals = new Map(
    workspaces.map(([workspace, own]) => [workspace, globalOf(workspace, own)]),
  );
  const known = new Map<string, Listing>();
  return ({ entry, registries: own }: AgentRecord): Listing => {
    const workspace = own[0]?.workspace ?? '';
    const pathOf = (scope: RegistryScope) => own.find(each => each.scope === scope)?.path;
    const named = entry.task === undefined ? undefined : tasks.get(workspace)?.get(entry.task);
    const taskFile = pathOf('task') ?? named;
    const databaseFile = pathOf('database');
    const key = `${workspace}\0${taskFile}\0${databaseFile}`;
    const globalFile = globals.get(workspace);
    const listing = known.get(key) ?? { workspace, taskFile, globalFile, databaseFile };
    known.set(key, listing);
    return listing;
  };
});

/** By task; the first registry of each. */
function taskFilesOf(registries: readonly RegistryReading[]): ReadonlyMap<string, string> {
  const own = registries.filter(({ scope }) => scope === 'task');
  return new Map(own.toReversed().map(registry => [taskOf(registry), registry.path]));
}

export function globalOf(
  workspace: string,
  registries: readonly RegistryReading[],
): string | undefined {
  return registries.find(each => each.workspace === workspace && each.scope === 'global')?.path;
}

/** Which managers' state is worth reading in a poll: only that of a manager that could have one of the sessions or
 * agents. */
import type { ManagerDirectory, ManagerKind } from '../model/managed.ts';
import type { Origin, Pane, Process } from '../model/model.ts';
import { managers } from '../programs/managers.ts';

export type ManagerSources = {
  readonly managers: readonly ManagerKind[];
  /** Of the agents' users. */
  readonly directories: readonly ManagerDirectory[];
};

/** @param agents the agent programs of the poll. @param cwds their working directories, by pid. */
export function managerSources(
  panes: readonly Pane[],
  agents: readonly Process[],
  origins: ReadonlyMap<number, Origin>,
  cwds: ReadonlyMap<number, string>,
): ManagerSources {
  const found = new Set<ManagerKind>();
  for (const { sessionName } of panes)
    for (const { kind, prefixes } of managers)
      if (prefixes.some(({ text }) => sessionName.startsWith(text))) found.add(kind);
  const own = agents.map(each => ({ uid: each.uid, origin: origins.get(each.pid) }));
  const towns = own.flatMap(({ uid, origin }): ManagerDirectory[] => {
    const path = origin?.managerMarks?.get('GT_ROOT');
    return path?.startsWith('/') === true ? [{ manager: 'gas-town', path, uid }] : [];
  });
  if (towns.length > 0) found.add('gas-town');
  // Its usual place for worktrees: most of its agents are in windows of a user's session.
  if ([...cwds.values()].some(path => path.includes('__worktrees/'))) found.add('workmux');
  if (found.size === 0) return { managers: [], directories: [] };
  const inHomes = own.flatMap(({ uid, origin }) => {
    const { directories, isNamespaced } = origin ?? {};
    if (directories === undefined || isNamespaced === true) return [];
    return managers
      .filter(({ kind }) => found.has(kind))
      .flatMap(({ kind, directoriesIn }) =>
        directoriesIn(name => directories.get(name)).map(path => ({ manager: kind, path, uid })),
      );
  });
  return { managers: [...found], directories: [...inHomes, ...towns] };
}

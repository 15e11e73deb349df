/** A tmux built with systemd support starts each pane in its own scope. A process stays in the cgroup it was
 * born in: setsid, a double fork or an emptied environment do not leave it. */
import type { Inventory, Pane } from '../model/model.ts';
import type { Recogniser } from '../programs/recognise.ts';

/** @returns the pane of each scope, if the scope belongs to that pane alone: a tmux server started in a pane
 * shares the scope with its own panes. */
export function paneScopes(
  { processes, origins, servers }: Inventory,
  recogniser: Recogniser,
): ReadonlyMap<string, Pane> {
  const scopes = new Map<string, Pane>();
  const shared = new Set<string>();
  for (const process of processes.ok ? processes.value : []) {
    const scope = origins.get(process.pid)?.scope;
    if (scope !== undefined && recogniser(process).kind === 'tmux server') shared.add(scope);
  }
  for (const pane of servers.flatMap(({ reading }) => (reading.ok ? reading.value : []))) {
    const scope = pane.dead ? undefined : origins.get(pane.panePid)?.scope;
    if (scope === undefined) continue;
    // Two sessions may show one pane.
    const before = scopes.get(scope);
    if (before !== undefined && before.panePid !== pane.panePid) shared.add(scope);
    scopes.set(scope, before ?? pane);
  }
  for (const scope of shared) scopes.delete(scope);
  return scopes;
}

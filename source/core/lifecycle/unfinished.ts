/** Checks of `vigil doctor` for interrupted deploys and shutdowns. */
import type { Check } from '../model/doctor-check.ts';
import type { Host } from '../ports/host.ts';
import { unfinishedShutdown } from './shutdown-journal.ts';

export async function unfinishedChecks({
  deployJournal,
  registries,
  shutdownJournal,
}: Pick<Host, 'deployJournal' | 'registries' | 'shutdownJournal'>): Promise<Check[]> {
  const { workspaces } = await registries.read();
  return workspaces.flatMap((workspace): Check[] => {
    const checks: Check[] = [];
    const interrupted = deployJournal.read(workspace).filter(each => !each.isRunning);
    if (interrupted.length > 0)
      checks.push({
        name: 'deploys',
        state: 'bad',
        detail: `${workspace}: interrupted: ${interrupted.map(({ intent, path }) => (intent.ok ? intent.value.agentId : path)).join(', ')}`,
        advice: 'vigil sweep or vigil reconcile rolls them back',
      });
    const shutdown = unfinishedShutdown(shutdownJournal.read(workspace));
    if (shutdown !== undefined)
      checks.push({
        name: 'shutdown',
        state: 'bad',
        detail: `${workspace}: ${shutdown}`,
        advice:
          'run vigil shutdown again to finish it, or remove shutdown_state.json to reopen the workspace',
      });
    return checks;
  });
}

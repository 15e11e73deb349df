/** Finds and rolls back interrupted deploys, whose vigil exited before they were complete. */

import type { Check } from '../model/doctor-check.ts';
import type { CommandTools } from '../ports/command-tools.ts';
import type { Host } from '../ports/host.ts';
import type { FoundIntent } from '../ports/workspace-journals.ts';
import type { Undone } from './deployment.ts';
import { unfinishedShutdown } from './shutdown-journal.ts';
import { undoDeploy } from './undo.ts';

/** Deploy intents whose vigil is not running any more. */
export async function interruptedDeploys({ host }: CommandTools): Promise<FoundIntent[]> {
  const { workspaces } = await host.registries.read();
  return workspaces.flatMap(workspace => interruptedIn(host, workspace));
}

function interruptedIn({ deployJournal }: Pick<Host, 'deployJournal'>, workspace: string) {
  return deployJournal.read(workspace).filter(({ isRunning }) => !isRunning);
}

export async function recoverDeploys(tools: CommandTools): Promise<Undone> {
  const rolledBack: string[] = [];
  const leftovers: string[] = [];
  const warnings = new Set<string>();
  for (const found of await interruptedDeploys(tools)) {
    const { path, intent, isUnwritten } = found;
    if (isUnwritten) {
      const removed = tools.host.deployJournal.removeUnwritten(found);
      if (!removed.ok) leftovers.push(`${path}: ${removed.reason}`);
      continue;
    }
    if (!intent.ok) {
      leftovers.push(`${path}: ${intent.reason}; check and remove it`);
      continue;
    }
    const { agentId, by } = intent.value;
    const reason = `vigil pid ${by.pid} exited before it was done`;
    const undone = await undoDeploy(tools, intent.value, { step: 'finish', reason });
    rolledBack.push(...undone.rolledBack);
    if (undone.leftovers.length === 0) rolledBack.push(`Cleaned up intent of ${agentId}`);
    leftovers.push(...undone.leftovers);
    for (const warning of undone.warnings) warnings.add(warning);
  }
  return { rolledBack, leftovers, warnings: [...warnings] };
}

/** Checks of `vigil doctor` for interrupted deploys and shutdowns. */
export async function unfinishedChecks(host: Host): Promise<Check[]> {
  const { workspaces } = await host.registries.read();
  return workspaces.flatMap((workspace): Check[] => {
    const checks: Check[] = [];
    const interrupted = interruptedIn(host, workspace);
    if (interrupted.length > 0)
      checks.push({
        name: 'deploys',
        state: 'bad',
        detail: `${workspace}: interrupted: ${interrupted.map(({ intent, path }) => (intent.ok ? intent.value.agentId : path)).join(', ')}`,
        advice: 'vigil sweep or vigil reconcile rolls them back',
      });
    const shutdown = unfinishedShutdown(host.shutdownJournal.read(workspace));
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

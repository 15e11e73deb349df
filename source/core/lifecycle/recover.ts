/** Rolls back interrupted deploys, whose vigil exited before they were complete. */

import type { CommandTools } from '../ports/command-tools.ts';
import type { FoundIntent } from '../ports/workspace-journals.ts';
import { type Undone, undoDeploy } from './undo.ts';

/** Deploy intents whose vigil is not running any more. */
export async function interruptedDeploys({
  host,
}: Pick<CommandTools, 'host'>): Promise<FoundIntent[]> {
  const { workspaces } = await host.registries.read();
  return workspaces
    .flatMap(workspace => host.deployJournal.read(workspace))
    .filter(({ isRunning }) => !isRunning);
}

export async function recoverDeploys(tools: CommandTools): Promise<Undone> {
  const rolledBack: string[] = [];
  const leftovers: string[] = [];
  const warnings: string[] = [];
  for (const found of await interruptedDeploys(tools)) {
    if (found.isUnwritten) {
      const removed = tools.host.deployJournal.removeUnwritten(found);
      if (!removed.ok) leftovers.push(`${found.path}: ${removed.reason}`);
      continue;
    }
    if (!found.intent.ok) {
      leftovers.push(`${found.path}: ${found.intent.reason}; check and remove it`);
      continue;
    }
    const { agentId, by } = found.intent.value;
    const reason = `vigil pid ${by.pid} exited before it was done`;
    const undone = await undoDeploy(tools, found.intent.value, { step: 'finish', reason });
    rolledBack.push(...undone.rolledBack);
    if (undone.leftovers.length === 0) rolledBack.push(`Cleaned up intent of ${agentId}`);
    leftovers.push(...undone.leftovers);
    warnings.push(...undone.warnings);
  }
  return { rolledBack, leftovers, warnings: [...new Set(warnings)] };
}

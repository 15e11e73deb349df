/** Deploys whose vigil is gone before they were done: the next one undoes them. */

import type { CommandTools } from '../ports/command-tools.ts';
import type { FoundIntent } from '../ports/workspace-journals.ts';
import { type Undone, undoDeploy } from './undo.ts';

/** Deploys that nobody goes on with. */
export async function cutDeploys({ host }: Pick<CommandTools, 'host'>): Promise<FoundIntent[]> {
  const { workspaces } = await host.registries.read();
  return workspaces
    .flatMap(workspace => host.deployJournal.read(workspace))
    .filter(({ isRunning }) => !isRunning);
}

export async function recoverDeploys(tools: CommandTools): Promise<Undone> {
  const rolledBack: string[] = [];
  const left: string[] = [];
  const troubles: string[] = [];
  for (const found of await cutDeploys(tools)) {
    if (found.isUnwritten) {
      const removed = tools.host.deployJournal.removeUnwritten(found);
      if (!removed.ok) left.push(`${found.path}: ${removed.reason}`);
      continue;
    }
    if (!found.intent.ok) {
      left.push(`${found.path}: ${found.intent.reason}; check and remove it`);
      continue;
    }
    const { agentId, by } = found.intent.value;
    const reason = `vigil pid ${by.pid} exited before it was done`;
    const undone = await undoDeploy(tools, found.intent.value, { step: 'finish', reason });
    rolledBack.push(...undone.rolledBack);
    if (undone.left.length === 0) rolledBack.push(`Cleaned up intent of ${agentId}`);
    left.push(...undone.left);
    troubles.push(...undone.troubles);
  }
  return { rolledBack, left, troubles: [...new Set(troubles)] };
}

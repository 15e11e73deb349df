/** Deploys whose vigil is gone before they were done: the next one undoes them. */
import { type LifecycleTools, type Undone, undoDeploy } from './undo.ts';

export async function recoverDeploys(tools: LifecycleTools): Promise<Undone> {
  const { host } = tools;
  const { workspaces } = await host.readRegistries();
  const rolledBack: string[] = [];
  const left: string[] = [];
  for (const found of workspaces.flatMap(workspace => host.grounds.intents(workspace))) {
    if (found.isRunning) continue;
    if (!found.intent.ok) {
      left.push(`${found.path}: ${found.intent.reason}; look at it and remove it`);
      continue;
    }
    const { agentId, by } = found.intent.value;
    const reason = `vigil pid ${by.pid} was gone before it was done`;
    const undone = await undoDeploy(tools, found.intent.value, { step: 'finish', reason });
    rolledBack.push(...undone.rolledBack, `Cleaned up intent of ${agentId}`);
    left.push(...undone.left);
  }
  return { rolledBack, left };
}

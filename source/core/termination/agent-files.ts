/** Files of an agent, and what happens to them when it is terminated. */
import { type AgentPlace, agentFileNames } from '../registry/agent-names.ts';

export type AgentFile = {
  readonly workspace: string;
  readonly task: string;
  readonly agentId: string;
  readonly place: AgentPlace;
  /** Relative to the task's directory. */
  readonly path: string;
};

export type FileWork = AgentFile & { readonly work: 'remove' | 'archive' };

/** The files that the orchestrator creates for an agent. Agents can write the registry, so paths from it are
 * only passed on to be refused as unsafe, never trusted.
 * @param named paths from the entry (`tracked_files`). */
export function filesOf(
  agentId: string,
  workspace: string,
  task: string,
  named: ReadonlyMap<string, string> = new Map(),
): FileWork[] {
  return agentFileNames(agentId).flatMap(({ name, place, path }) => {
    const work = name === 'prompt_file' ? 'remove' : 'archive';
    const file: FileWork = { workspace, task, agentId, place, path, work };
    const known = named.get(name) ?? path;
    const isOwn = known === path || known === `${workspace}/${task}/${path}`;
    return isOwn ? [file] : [file, { ...file, path: known }];
  });
}

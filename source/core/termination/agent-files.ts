/** Files of an agent. They are archived when it is terminated. */
import { type AgentPlace, agentFileNames } from '../registry/agent-names.ts';

export type AgentFile = {
  readonly workspace: string;
  readonly task: string;
  readonly agentId: string;
  readonly place: AgentPlace;
  /** Relative to the task's directory. */
  readonly path: string;
};

/** The files that the orchestrator creates for an agent. Agents can write the registry, so paths from it are
 * only passed on to be refused as unsafe, never trusted.
 * @param named paths from the entry (`tracked_files`). */
export function filesOf(
  agentId: string,
  workspace: string,
  task: string,
  named: ReadonlyMap<string, string> = new Map(),
): AgentFile[] {
  return agentFileNames(agentId).flatMap(({ name, place, path }) => {
    const file: AgentFile = { workspace, task, agentId, place, path };
    const known = named.get(name) ?? path;
    const isOwn = known === path || known === `${workspace}/${task}/${path}`;
    return isOwn ? [file] : [file, { ...file, path: known }];
  });
}

/** Its prompt, which is directly in the task's directory. */
export function isPrompt({ place }: AgentFile): boolean {
  return place === '';
}

/** The files that an agent leaves, and what is done with them. */
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

/** The names that the orchestrator gives an agent's files, relative to the task's directory. A registry is written
 * by agents: what an entry names instead is not touched.
 * @param named what the entry names, where that is to be told as unsafe. */
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

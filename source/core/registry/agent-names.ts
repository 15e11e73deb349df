/** Names that the orchestrator gives an agent's session and files. */

/** Ends the name of every log. */
export const logEnding = '_stream.jsonl';

/** The name is its key in `tracked_files`; the agent id is between the two parts of `around`. */
const files = [
  { name: 'prompt_file', place: '', around: ['agent_prompt_', '.txt'] },
  { name: 'log_file', place: 'logs', around: ['', logEnding] },
  { name: 'deploy_log', place: 'logs', around: ['deploy_', '.json'] },
  { name: 'progress_file', place: 'progress', around: ['', '_progress.jsonl'] },
  { name: 'findings_file', place: 'findings', around: ['', '_findings.jsonl'] },
] as const;

export type AgentFileName = (typeof files)[number]['name'];

/** Subdirectory of the task's directory; empty for the directory itself. */
export type AgentPlace = (typeof files)[number]['place'];

/** @returns the name of the session that an agent is started in. */
export function agentSession(agentId: string): string {
  return `agent_${agentId}`;
}

type NamedFile = {
  readonly name: AgentFileName;
  readonly place: AgentPlace;
  /** Relative to the task's directory. */
  readonly path: string;
};

/** @returns all file names of an agent. */
export function agentFileNames(agentId: string): readonly NamedFile[] {
  return files.map(({ name }) => agentFileNamed(agentId, name));
}

/** @returns one of an agent's files, which need not exist. */
export function agentFileNamed(agentId: string, name: AgentFileName): NamedFile {
  const { place, around } = files.find(file => file.name === name) as (typeof files)[number];
  const base = around.join(agentId);
  return { name, place, path: place === '' ? base : `${place}/${base}` };
}

/** @returns its path, relative to the task's directory. */
export function agentFilePath(agentId: string, name: AgentFileName): string {
  return agentFileNamed(agentId, name).path;
}

/** @returns the agent that a file belongs to and the kind of file, derived from its name. */
export function ownerOfFile(
  place: string,
  base: string,
): { readonly agentId: string; readonly name: AgentFileName } | undefined {
  for (const { name, place: own, around } of files) {
    const [before, after] = around;
    const agentId = base.slice(before.length, base.length - after.length);
    if (own === place && agentId !== '' && base === around.join(agentId)) return { agentId, name };
  }
  return undefined;
}

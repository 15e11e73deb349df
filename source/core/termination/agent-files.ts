/** The files that an agent leaves, by the names that the orchestrator gives them. */

/** Where files of a task lie, below the task's directory. */
export type AgentPlace = '' | 'logs' | 'progress' | 'findings';

export type AgentFile = {
  readonly workspace: string;
  readonly task: string;
  readonly agentId: string;
  readonly place: AgentPlace;
  /** Relative to the task's directory. */
  readonly path: string;
};

export type FileWork = AgentFile & { readonly work: 'remove' | 'archive' };

/** The names that the orchestrator gives an agent's files, relative to the task's directory. Whatever an
 * entry names instead is not touched: a registry is written by agents. */
export function filesOf(agentId: string, workspace: string, task: string): FileWork[] {
  const base = { workspace, task, agentId } as const;
  return [
    { ...base, place: '', path: `agent_prompt_${agentId}.txt`, work: 'remove' },
    { ...base, place: 'logs', path: logOf(agentId), work: 'archive' },
    { ...base, place: 'logs', path: `logs/deploy_${agentId}.json`, work: 'archive' },
    { ...base, place: 'progress', path: `progress/${agentId}_progress.jsonl`, work: 'archive' },
    { ...base, place: 'findings', path: `findings/${agentId}_findings.jsonl`, work: 'archive' },
  ];
}

/** The log that an agent's own output is written to, relative to the task's directory. */
export function logOf(agentId: string): string {
  return `logs/${agentId}_stream.jsonl`;
}

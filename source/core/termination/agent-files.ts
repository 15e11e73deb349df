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

/** The names that the orchestrator gives an agent's files, relative to the task's directory. A registry is written
 * by agents: what an entry names instead is not touched.
 * @param named what the entry names, where that is to be told as unsafe. */
export function filesOf(
  agentId: string,
  workspace: string,
  task: string,
  named: ReadonlyMap<string, string> = new Map(),
): FileWork[] {
  const base = { workspace, task, agentId } as const;
  const own: Readonly<Record<string, FileWork>> = {
    prompt_file: { ...base, place: '', path: `agent_prompt_${agentId}.txt`, work: 'remove' },
    log_file: { ...base, place: 'logs', path: logOf(agentId), work: 'archive' },
    deploy_log: { ...base, place: 'logs', path: `logs/deploy_${agentId}.json`, work: 'archive' },
    progress_file: {
      ...base,
      place: 'progress',
      path: `progress/${agentId}_progress.jsonl`,
      work: 'archive',
    },
    findings_file: {
      ...base,
      place: 'findings',
      path: `findings/${agentId}_findings.jsonl`,
      work: 'archive',
    },
  };
  return Object.entries(own).flatMap(([name, file]) => {
    const path = named.get(name) ?? file.path;
    const isOwn = path === file.path || path === `${workspace}/${task}/${file.path}`;
    return isOwn ? [file] : [file, { ...file, path }];
  });
}

/** The log that an agent's own output is written to, relative to the task's directory. */
export function logOf(agentId: string): string {
  return `logs/${agentId}_stream.jsonl`;
}

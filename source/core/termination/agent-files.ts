/** The files that an agent leaves: what a registry names, else what the orchestrator calls them. */
import type { AgentEntry } from '../model.ts';

/** Where files of a task lie, below the task's directory. */
export type AgentPlace = '' | 'logs' | 'progress' | 'findings';

export type AgentFile = {
  readonly workspace: string;
  readonly task: string;
  readonly agentId: string;
  readonly place: AgentPlace;
  /** As the registry has it: absolute, or relative to the task's directory. */
  readonly path: string;
};

export type FileWork = AgentFile & { readonly work: 'remove' | 'archive' };

/** The prompt is removed, the logs are kept in `archive/`. */
export function filesOf(entry: AgentEntry, workspace: string, task: string): FileWork[] {
  const { id, files } = entry;
  const named = (name: string, usual: string) => files?.get(name) ?? usual;
  const base = { workspace, task, agentId: id } as const;
  return [
    { ...base, place: '', path: named('prompt_file', `agent_prompt_${id}.txt`), work: 'remove' },
    { ...base, place: 'logs', path: named('log_file', `logs/${id}_stream.jsonl`), work: 'archive' },
    {
      ...base,
      place: 'logs',
      path: named('deploy_log', `logs/deploy_${id}.json`),
      work: 'archive',
    },
    {
      ...base,
      place: 'progress',
      path: named('progress_file', `progress/${id}_progress.jsonl`),
      work: 'archive',
    },
    {
      ...base,
      place: 'findings',
      path: named('findings_file', `findings/${id}_findings.jsonl`),
      work: 'archive',
    },
  ];
}

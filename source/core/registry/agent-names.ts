/** Names that the orchestrator gives an agent's session and files. */

/** Subdirectory of the task's directory; empty for the directory itself. */
export type AgentPlace = '' | 'logs' | 'progress' | 'findings';

type FileName = {
  readonly place: AgentPlace;
  /** Prefix and suffix of the agent id. */
  readonly around: readonly [string, string];
};

/** By the key in `tracked_files`. */
const fileNames = {
  prompt_file: { place: '', around: ['agent_prompt_', '.txt'] },
  log_file: { place: 'logs', around: ['', '_stream.jsonl'] },
  deploy_log: { place: 'logs', around: ['deploy_', '.json'] },
  progress_file: { place: 'progress', around: ['', '_progress.jsonl'] },
  findings_file: { place: 'findings', around: ['', '_findings.jsonl'] },
} as const satisfies Record<string, FileName>;

export type AgentFileName = keyof typeof fileNames;

const entriesOfNames = Object.entries(fileNames) as [AgentFileName, FileName][];

/** @returns the name of the session that an agent is started in. */
export function agentSession(agentId: string): string {
  return `agent_${agentId}`;
}

export type NamedFile = {
  readonly name: AgentFileName;
  readonly place: AgentPlace;
  /** Relative to the task's directory. */
  readonly path: string;
};

/** @returns one of an agent's files, which need not exist. */
export function agentFileNamed(agentId: string, name: AgentFileName): NamedFile {
  const { place, around }: FileName = fileNames[name];
  const base = around.join(agentId);
  return { name, place, path: place === '' ? base : `${place}/${base}` };
}

/** @returns its path, relative to the task's directory. */
export function agentFilePath(agentId: string, name: AgentFileName): string {
  return agentFileNamed(agentId, name).path;
}

/** @returns all file names of an agent. */
export function agentFileNames(agentId: string): readonly NamedFile[] {
  return entriesOfNames.map(([name]) => agentFileNamed(agentId, name));
}

/** @returns the agent that a file belongs to and the kind of file, derived from its name. */
export function ownerOfFile(
  place: string,
  base: string,
): { readonly agentId: string; readonly name: AgentFileName } | undefined {
  for (const [name, file] of entriesOfNames) {
    const [before, after] = file.around;
    const agentId = base.slice(before.length, base.length - after.length);
    if (file.place === place && agentId !== '' && base === file.around.join(agentId))
      return { agentId, name };
  }
  return undefined;
}

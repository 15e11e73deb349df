/** The entries of an agent that was just deployed, in the orchestrator's words. */
import type { Process } from '../model/model.ts';
import { type AgentFileName, agentFilePath } from '../registry/agent-names.ts';
import type { NewAgent } from './admission.ts';
import type { DeployIntent, DeployRequest } from './deployment.ts';

/** As much of the prompt as the orchestrator keeps in an entry. */
const shownPromptLength = 200;

/** In the order of the orchestrator's entries. */
const trackedFiles: readonly AgentFileName[] = [
  'prompt_file',
  'log_file',
  'progress_file',
  'findings_file',
  'deploy_log',
];

/** @param time as the orchestrator writes it. */
export function newAgent(
  { type, parent, prompt }: DeployRequest,
  { agentId, workspace, task, session, by }: DeployIntent,
  processes: readonly Process[],
  time: string,
): NewAgent {
  const isCut = prompt.length > shownPromptLength;
  return {
    id: agentId,
    type,
    parent,
    task,
    shared: [
      ['type', type],
      ['parent', parent],
      ['started_at', time],
      ['tmux_session', session],
    ],
    own: [
      ['status', 'running'],
      ['progress', 0],
      ['last_update', time],
      ['prompt', isCut ? `${prompt.slice(0, shownPromptLength)}...` : prompt],
      [
        'tracked_files',
        Object.fromEntries(
          trackedFiles.map(name => [name, `${workspace}/${task}/${agentFilePath(agentId, name)}`]),
        ),
      ],
      [
        'tracked_processes',
        processes.map(({ pid, start }) => ({ pid, start, boot_id: by.bootId })),
      ],
    ],
  };
}

/** Registry entries of a newly deployed agent, in the orchestrator's format. */
import type { Process } from '../model/model.ts';
import { type AgentFileName, agentFilePath } from '../registry/agent-names.ts';
import type { NewAgent } from './admission.ts';
import type { DeployIntent, DeployRequest } from './deployment.ts';

/** Length at which the orchestrator truncates a prompt. */
const maxPromptLength = 200;

/** In the orchestrator's order. */
const trackedFiles: readonly AgentFileName[] = [
  'prompt_file',
  'log_file',
  'progress_file',
  'findings_file',
  'deploy_log',
];

/** @param time local time in the orchestrator's format. */
export function newAgent(
  { type, parent, prompt }: DeployRequest,
  { agentId, workspace, task, session, by }: DeployIntent,
  processes: readonly Process[],
  time: string,
): NewAgent {
  const isCut = prompt.length > maxPromptLength;
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
      ['prompt', isCut ? `${prompt.slice(0, maxPromptLength)}...` : prompt],
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

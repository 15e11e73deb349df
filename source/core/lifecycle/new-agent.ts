/** The entries of an agent that was just deployed, in the orchestrator's words. */
import type { Process } from '../model.ts';
import type { NewAgent } from './admission.ts';
import { type DeployIntent, type DeployRequest, pathsOf } from './deployment.ts';

/** As much of the prompt as the orchestrator keeps in an entry. */
const shownPromptLength = 200;

/** @param time as the orchestrator writes it. */
export function newAgent(
  { type, parent, prompt }: DeployRequest,
  { agentId, workspace, task, session, by }: DeployIntent,
  processes: readonly Process[],
  time: string,
): NewAgent {
  const { prompt: promptFile, log, progress, findings, deployLog } = pathsOf(agentId);
  const at = (path: string) => `${workspace}/${task}/${path}`;
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
        {
          prompt_file: at(promptFile),
          log_file: at(log),
          progress_file: at(progress),
          findings_file: at(findings),
          deploy_log: at(deployLog),
        },
      ],
      [
        'tracked_processes',
        processes.map(({ pid, start }) => ({ pid, start, boot_id: by.bootId })),
      ],
    ],
  };
}

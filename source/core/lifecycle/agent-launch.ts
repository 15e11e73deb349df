/** How an agent's program is started in its session: prompt and log reach it as files, never as text
 * that a shell takes apart. */
import type { NewSession } from '../ports/sessions.ts';
import { agentFilePath } from '../registry/agent-names.ts';
import type { DeployIntent, DeployRequest } from './deployment.ts';
import type { DeployTarget } from './preflight.ts';

/** In a word of the command it stands for the prompt's path; stdin then stays the terminal. */
const promptPlace = '{prompt-file}';

/** The words of the program are arguments of this script, and stay whole. */
const fed = '"$@" < "$VIGIL_PROMPT_FILE" | tee -a -- "$VIGIL_LOG_FILE"';
const unfed = '"$@" | tee -a -- "$VIGIL_LOG_FILE"';

export function launchOf(
  { command, socketPath, searchPath }: DeployRequest,
  { agentId, workspace, task, session, mark }: DeployIntent,
  { workingDirectory }: DeployTarget,
): NewSession {
  const prompt = agentFilePath(agentId, 'prompt_file');
  const log = agentFilePath(agentId, 'log_file');
  const at = (path: string) => `${workspace}/${task}/${path}`;
  const takesPlace = command.some(word => word.includes(promptPlace));
  const words = command.map(word => word.replaceAll(promptPlace, at(prompt)));
  return {
    socketPath,
    name: session,
    directory: workingDirectory,
    mark,
    env: [
      ['VIGIL_AGENT', mark],
      ['VIGIL_PROMPT_FILE', at(prompt)],
      ['VIGIL_LOG_FILE', at(log)],
      ['PATH', searchPath],
    ],
    // Logs are the owner's alone.
    command: ['/bin/sh', '-c', `umask 077; ${takesPlace ? unfed : fed}`, 'vigil', ...words],
  };
}

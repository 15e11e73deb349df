/** Starts an agent's program in its session. Prompt and log are passed as files, so that no shell parses
 * them. */
import type { NewSession } from '../ports/sessions.ts';
import { agentFilePath } from '../registry/agent-names.ts';
import type { DeployIntent, DeployRequest } from './deployment.ts';
import type { DeployTarget } from './preflight.ts';

/** Replaced by the prompt's path; stdin then stays the terminal. */
const promptPlaceholder = '{prompt-file}';

/** The command is passed as arguments of this script, so it is not split again. */
const promptOnStdin = '"$@" < "$VIGIL_PROMPT_FILE" | tee -a -- "$VIGIL_LOG_FILE"';
const promptAsArgument = '"$@" | tee -a -- "$VIGIL_LOG_FILE"';

export function launchOf(
  { command, socketPath, searchPath }: DeployRequest,
  { agentId, workspace, task, session, mark }: DeployIntent,
  { workingDirectory }: DeployTarget,
): NewSession {
  const prompt = agentFilePath(agentId, 'prompt_file');
  const log = agentFilePath(agentId, 'log_file');
  const at = (path: string) => `${workspace}/${task}/${path}`;
  const hasPlaceholder = command.some(word => word.includes(promptPlaceholder));
  const words = command.map(word => word.replaceAll(promptPlaceholder, at(prompt)));
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
    // Logs are readable only by the owner.
    command: [
      '/bin/sh',
      '-c',
      `umask 077; ${hasPlaceholder ? promptAsArgument : promptOnStdin}`,
      'vigil',
      ...words,
    ],
  };
}

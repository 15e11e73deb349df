/** How a deploy starts an agent's program. */
import type { NewSession } from '../ports/sessions.ts';
import { type AgentFileName, agentFilePath } from '../registry/agent-names.ts';
import type { DeployIntent, DeployRequest } from './deployment.ts';
import type { DeployTarget } from './preflight.ts';

/** Replaced by the prompt's path; stdin then stays the terminal. */
const promptPlaceholder = '{prompt-file}';

/** The command is passed as arguments of this script, so it is not split again. */
const promptOnStdin = '"$@" < "$VIGIL_PROMPT_FILE" | tee -a -- "$VIGIL_LOG_FILE"';
const promptAsArgument = '"$@" | tee -a -- "$VIGIL_LOG_FILE"';

/** Starts an agent's program in its session. Prompt and log are passed as files, so that no shell parses
 * them. */
export function launchOf(
  { command, socketPath, searchPath }: DeployRequest,
  { agentId, workspace, task, session, mark }: DeployIntent,
  { workingDirectory }: DeployTarget,
): NewSession {
  const pathOf = (name: AgentFileName) => `${workspace}/${task}/${agentFilePath(agentId, name)}`;
  const prompt = pathOf('prompt_file');
  const takesPrompt = command.some(word => word.includes(promptPlaceholder));
  return {
    socketPath,
    name: session,
    directory: workingDirectory,
    mark,
    env: [
      ['VIGIL_AGENT', mark],
      ['VIGIL_PROMPT_FILE', prompt],
      ['VIGIL_LOG_FILE', pathOf('log_file')],
      ['PATH', searchPath],
    ],
    command: [
      '/bin/sh',
      '-c',
      // Logs are readable only by the owner.
      `umask 077; ${takesPrompt ? promptAsArgument : promptOnStdin}`,
      'vigil',
      ...command.map(word => word.replaceAll(promptPlaceholder, prompt)),
    ],
  };
}

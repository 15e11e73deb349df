/** What starts other programs on the terminal, or beside it. */
import { createAttacher } from '../tmux/attach.ts';
import { createMessenger } from '../tmux/own-client.ts';
import { createCommandRunner } from './run-command.ts';

export function createTerminalPorts(env: NodeJS.ProcessEnv) {
  return {
    attacher: createAttacher(env),
    runner: createCommandRunner(env),
    message: createMessenger(env),
  };
}

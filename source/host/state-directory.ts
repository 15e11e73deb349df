/** Where vigil keeps what is its own: the log and what it must not forget. */
import { homedir } from 'node:os';
import { join } from 'node:path';

export function stateDirectory(env: NodeJS.ProcessEnv): string {
  const base = env.XDG_STATE_HOME;
  return join(base?.startsWith('/') ? base : join(homedir(), '.local', 'state'), 'vigil');
}

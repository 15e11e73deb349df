/** The user's home, which may be missing: a service has no HOME, a container's user no passwd
 * entry. */
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** @returns a path below the home; nothing if there is no home. */
export function homeOf(env: NodeJS.ProcessEnv, ...below: readonly string[]): string | undefined {
  const home = env.HOME || fromPasswd();
  return home !== undefined && isAbsolute(home) ? join(home, ...below) : undefined;
}

function fromPasswd(): string | undefined {
  try {
    return homedir();
  } catch {
    return undefined;
  }
}

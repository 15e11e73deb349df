/** Runs the command that stops an agent for good: of the agent's own program, or of the manager that has started it. */
import { accessSync, constants } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { Owners } from '../../core/ports/owners.ts';
import { run } from './run-program.ts';
import { tryTo } from './try-to.ts';

const stopTimeoutMs = 10_000;
const systemPath = '/usr/local/bin:/usr/bin:/bin';

/** @param userPath where managers' programs are: the PATH that the user's own commands are found in. */
export function createOwners({ PATH = systemPath }: NodeJS.ProcessEnv): Owners {
  // What a relative directory has depends on where vigil was started.
  const userPath = PATH.split(':').filter(isAbsolute);
  return {
    async stop({ executable, words, env, cwd }) {
      const isNamed = !isAbsolute(executable);
      const program = isNamed ? programIn(userPath, executable) : executable;
      if (program === undefined) return { ok: false, reason: `${executable} is not in $PATH` };
      const done = await run(program, words, {
        timeoutMs: stopTimeoutMs,
        env: { PATH: isNamed ? userPath.join(':') : systemPath, LANG: 'C.UTF-8', ...env },
        extendEnv: false,
        cwd,
      });
      return done.ok ? { ok: true, value: true } : done;
    },
  };
}

function programIn(path: readonly string[], name: string): string | undefined {
  return path
    .map(directory => join(directory, name))
    .find(each => tryTo(() => accessSync(each, constants.X_OK) === undefined) === true);
}

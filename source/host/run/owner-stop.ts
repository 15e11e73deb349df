/** Runs the command of an agent's own program that stops it for good. */
import type { Owners } from '../../core/ports/owners.ts';
import { run } from './run-program.ts';

const stopTimeoutMs = 10_000;

export const owners: Owners = {
  async stop({ executable, words, env }) {
    const done = await run(executable, words, {
      timeoutMs: stopTimeoutMs,
      env: { PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8', ...env },
      extendEnv: false,
    });
    return done.ok ? { ok: true, value: true } : done;
  },
};

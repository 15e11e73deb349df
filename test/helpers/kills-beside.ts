/** Real agents, and a `vigil kill` that runs in parallel with the test: new for each test,
 * removed after it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { afterEach, beforeEach } from 'vitest';
import { type Agents, startAgents } from './agents.ts';
import { cliPath, vigilEnv } from './vigil.ts';

export type KillBeside = {
  readonly started: ChildProcess;
  /** Its exit code or signal, and its duration. */
  readonly left: Promise<{ readonly how: number | string | null; readonly ms: number }>;
};

export type KillsBeside = {
  readonly farm: Agents;
  start(id: string, ...words: string[]): KillBeside;
};

/** Call inside `describe`. */
export function killsBeside(): KillsBeside {
  let farm: Agents;
  let child: ChildProcess | undefined;
  beforeEach(() => {
    farm = startAgents();
  });
  afterEach(() => {
    child?.kill('SIGKILL');
    farm.close();
  });
  return {
    get farm() {
      return farm;
    },
    start(id, ...words) {
      const from = Date.now();
      const started = spawn(
        process.execPath,
        [cliPath, 'kill', id, '--yes', ...farm.options, ...words],
        {
          env: vigilEnv({ XDG_STATE_HOME: farm.state }),
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      );
      child = started;
      const left = new Promise<Awaited<KillBeside['left']>>(resolve =>
        started.on('exit', (code, signal) =>
          resolve({ how: code ?? signal, ms: Date.now() - from }),
        ),
      );
      return { started, left };
    },
  };
}

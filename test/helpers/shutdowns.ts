/** `vigil shutdown` as a child process that can be signalled, and its journal. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cleanups } from './cleanups.ts';
import { cliPath, vigilEnv } from './vigil.ts';

export type Journal = { phase: string; resumed: number; reason: string; by: { pid: number } };
export const journalOf = ({ workspace }: Pick<Cleanups, 'workspace'>): Journal | undefined => {
  const path = join(workspace.path, 'shutdown_state.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
};

export function startShutdown(farm: Pick<Cleanups, 'options' | 'env'>, ...words: string[]) {
  const child = spawn(process.execPath, [cliPath, 'shutdown', ...farm.options, ...words], {
    env: vigilEnv(farm.env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', text => {
      said += text;
    });
  const done = new Promise<number | null>(resolve => child.on('close', resolve));
  return {
    pid: child.pid as number,
    done,
    said: () => said,
    close: () => void child.kill('SIGKILL'),
  };
}

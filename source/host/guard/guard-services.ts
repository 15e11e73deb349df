/** The guard's ports on the real machine. */
import type { Machine, Reading } from '../../core/model/model.ts';
import type { GuardFiles, GuardSensors } from '../../core/ports/guard-ports.ts';
import type { HookRunner } from '../../core/ports/hook-runner.ts';
import { createHookRunner } from '../run/hook-command.ts';
import { createMessages } from '../run/messages.ts';
import { stateDirectory } from '../state/state-directory.ts';
import { createGuardFiles } from './guard-files.ts';
import { guardSensors } from './guard-sensors.ts';

/** @param isDemo nothing is written or run, and no lock is taken. */
export function createGuardServices(
  env: NodeJS.ProcessEnv,
  { bootId }: Machine,
  isDemo: boolean,
): {
  readonly files: GuardFiles;
  readonly sensors: GuardSensors;
  readonly hookRunner: HookRunner;
  message(way: 'tmux' | 'desktop' | 'off', text: string): Promise<Reading<true>>;
} {
  return {
    files: isDemo ? noFiles : createGuardFiles(stateDirectory(env), bootId),
    sensors: guardSensors,
    hookRunner: isDemo ? noHooks : createHookRunner(env),
    message: isDemo ? async () => ({ ok: true, value: true }) : createMessages(env),
  };
}

const noHooks: HookRunner = { run: async () => ({ outcome: 'ok', output: '' }) };

const noFiles: GuardFiles = {
  claim: async () => ({ ok: true, value: { release: () => undefined } }),
  read: () => undefined,
  write: () => undefined,
  beat: () => undefined,
  warnings: () => [],
};

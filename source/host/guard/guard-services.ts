/** The guard's ports on the real machine. */
import type { Machine } from '../../core/model/model.ts';
import type { GuardFiles, GuardSensors } from '../../core/ports/guard-ports.ts';
import { stateDirectory } from '../state/state-directory.ts';
import { createGuardFiles } from './guard-files.ts';
import { guardSensors } from './guard-sensors.ts';

type GuardServices = { readonly files: GuardFiles; readonly sensors: GuardSensors };

/** @param isDemo nothing is written, and no lock is taken. */
export function createGuardServices(
  env: NodeJS.ProcessEnv,
  { bootId }: Machine,
  isDemo: boolean,
): GuardServices {
  return {
    files: isDemo ? noFiles : createGuardFiles(stateDirectory(env), bootId),
    sensors: guardSensors,
  };
}

const noFiles: GuardFiles = {
  claim: async () => ({ ok: true, value: { release: () => undefined } }),
  read: () => undefined,
  write: () => undefined,
  beat: () => undefined,
  warnings: () => [],
};

/** What the screen reads in vigil's state directory: what was chosen on it, and the running guard. */
import type { GuardStatusReader } from '../../core/ports/guard-ports.ts';
import type { ScreenChoices } from '../../core/ports/screen-choices.ts';
import { createScreenChoices } from '../state/screen-choices-file.ts';
import { createGuardStatusReader } from './guard-state-file.ts';

type ScreenFiles = { readonly choices: ScreenChoices; readonly guardStatus: GuardStatusReader };

export function createScreenFiles(
  directory: string,
  options: { readonly demo: boolean; readonly readOnly: boolean },
  bootId: string,
): ScreenFiles {
  return {
    choices: createScreenChoices(directory, options),
    guardStatus: options.demo
      ? { read: () => undefined }
      : createGuardStatusReader(directory, bootId),
  };
}

/** Errors with the file that they are about. */
import { reasonOf } from './safe-file.ts';
import { Refusal } from './update-refusal.ts';
import { UnfinishedWrite } from './write-in-place.ts';

/** Attributes a system error to the file being processed. */
export function named<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Refusal) throw error;
    const isOpen = error instanceof UnfinishedWrite;
    const later = ': the next vigil finishes the write';
    throw new Refusal(path, isOpen ? `${error.message}${later}` : reasonOf(error));
  }
}

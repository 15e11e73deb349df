/** Reading the state files of other managers. Nothing there is ever written. */
import type { ManagerDirectory, ManagerKind, ManagerReading } from '../model/managed.ts';

export type ManagerRecords = {
  /** Reads these managers' state: in the user's own directories, and in those given. An unchanged file is not read
   * again, and without a manager nothing is. */
  read(
    managers: readonly ManagerKind[],
    directories: readonly ManagerDirectory[],
  ): readonly ManagerReading[];
};

/** One manager's state, and what it is read with. Only the fields that a reader names are kept. */
import { join } from 'node:path';
import type { ManagerKind, ManagerRecord } from '../../../core/model/managed.ts';
import type { RecordFiles } from '../record-files.ts';

export type StateReader = {
  readonly manager: ManagerKind;
  /** State files below its directory, and what each may hold. */
  filesIn(directory: string, files: RecordFiles): Listed;
};

export type Listed = {
  readonly files: readonly StateFile[];
  readonly faults: readonly string[];
};

export type StateFile = {
  readonly path: string;
  /** @throws on broken content. */
  parse(text: string): readonly ManagerRecord[];
};

/** @returns every file of this name in the directories of a folder: one for each profile. */
export function inProfiles(
  folder: string,
  name: string,
  files: RecordFiles,
  parse: (text: string, profile: string, path: string) => readonly ManagerRecord[],
): Listed {
  const profiles = files.list(folder, /^[^.]/);
  if (!profiles.ok) return { files: [], faults: [`${folder}: ${profiles.reason}`] };
  return {
    files: profiles.value.map(profile => {
      const path = join(folder, profile, name);
      return { path, parse: text => parse(text, profile, path) };
    }),
    faults: [],
  };
}

/** Reads the state files of other managers, read-only and by an allow-list of fields. */
import type { ManagerDirectory, ManagerReading } from '../../../core/model/managed.ts';
import type { ManagerRecords } from '../../../core/ports/manager-records.ts';
import { managers } from '../../../core/programs/managers.ts';
import { homeOf } from '../../state/state-directory.ts';
import { createRecordFiles, type RecordFiles } from '../record-files.ts';
import { agentDeck } from './agent-deck.ts';
import { agentOfEmpires } from './agent-of-empires.ts';
import { claudeSquad } from './claude-squad.ts';
import { gasTown } from './gas-town.ts';
import type { StateReader } from './manager-state.ts';
import { workmux } from './workmux.ts';

const readers: readonly StateReader[] = [agentDeck, agentOfEmpires, workmux, gasTown, claudeSquad];

export function createManagerRecords(env: NodeJS.ProcessEnv, uid: number): ManagerRecords {
  const files = createRecordFiles();
  const variable = (name: string) => (name === 'HOME' ? homeOf(env) : env[name]);
  return {
    read(wanted, found) {
      if (wanted.length === 0) return [];
      const own = managers
        .filter(({ kind }) => wanted.includes(kind))
        .flatMap(each =>
          each.directoriesIn(variable).map(path => ({ manager: each.kind, path, uid })),
        );
      const directories = new Map([...own, ...found].map(each => [keyOf(each), each]));
      const readings = [...directories.values()].map(each => readingOf(each, files));
      files.forgetUnused();
      return readings;
    },
  };
}

function keyOf({ manager, path }: ManagerDirectory): string {
  return `${manager} ${path}`;
}

function readingOf(directory: ManagerDirectory, files: RecordFiles): ManagerReading {
  const { manager, path, uid } = directory;
  const listed = readers.find(each => each.manager === manager)?.filesIn(path, files);
  const faults = [...(listed?.faults ?? [])];
  const records = (listed?.files ?? []).flatMap(file => {
    const read = files.read(file.path, uid, text => file.parse(text));
    if (!read.ok) faults.push(`${file.path}: ${read.reason}`);
    return read.ok ? (read.value ?? []) : [];
  });
  return { ...directory, records, faults };
}

/** `mayor/rigs.json` of a town of Gas Town: with which prefix the sessions of each rig begin. */
import { join } from 'node:path';
import type { ManagerRecord } from '../../../core/model/managed.ts';
import { parseFields } from '../record-fields.ts';
import type { StateReader } from './manager-state.ts';

export const gasTown: StateReader = {
  manager: 'gas-town',
  filesIn(directory) {
    const path = join(directory, 'mayor', 'rigs.json');
    const recordOf = (id: string, group: string): ManagerRecord => ({
      ...{ manager: 'gas-town', id, group, directory, path },
    });
    const parse = (text: string) => [
      ...parseFields(text)
        .entries('rigs')
        .flatMap(([rig, entry]) => {
          const prefix = entry.fields('beads')?.text('prefix');
          return prefix === undefined ? [] : [recordOf(rig, prefix)];
        }),
      // The town's own agents: mayor, deacon, dogs.
      recordOf('', 'hq'),
    ];
    return { files: [{ path, parse }], faults: [] };
  },
};

/** `profiles/NAME/sessions.json` of Agent of Empires. A session's name ends with eight characters of its id. */
import { join } from 'node:path';
import { parseList } from '../record-fields.ts';
import { inProfiles, type StateReader } from './manager-state.ts';

const idInName = 8;

export const agentOfEmpires: StateReader = {
  manager: 'agent-of-empires',
  filesIn: (directory, files) =>
    inProfiles(join(directory, 'profiles'), 'sessions.json', files, (text, group, path) =>
      parseList(text).flatMap(each => {
        const id = each.text('id');
        if (id === undefined || id.length < idInName) return [];
        const ends = { start: 'aoe_', end: `_${id.slice(0, idInName)}` };
        return [{ manager: 'agent-of-empires', id, ends, group, path }];
      }),
    ),
};

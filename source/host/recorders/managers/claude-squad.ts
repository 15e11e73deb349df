/** `state.json` of claude-squad: titles, from which the names of its sessions are made. */
import { join } from 'node:path';
import { parseFields } from '../record-fields.ts';
import type { StateReader } from './manager-state.ts';

export const claudeSquad: StateReader = {
  manager: 'claude-squad',
  filesIn(directory) {
    const path = join(directory, 'state.json');
    const parse = (text: string) =>
      parseFields(text)
        .list('instances')
        .flatMap(each => {
          const id = each.text('title');
          if (id === undefined) return [];
          // tmux writes `_` for the characters that are special in its targets.
          const session = `claudesquad_${id.replace(/\s+/g, '').replace(/[.:]/g, '_')}`;
          return [{ manager: 'claude-squad', id, session, path } as const];
        });
    return { files: [{ path, parse }], faults: [] };
  },
};

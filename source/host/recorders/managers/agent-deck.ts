/** `profiles/NAME/sessions.json` of agent-deck before 0.11. Later versions have `state.db`, which is not read. */
import { join } from 'node:path';
import { parseFields } from '../record-fields.ts';
import { inProfiles, type StateReader } from './manager-state.ts';

export const agentDeck: StateReader = {
  manager: 'agent-deck',
  filesIn: (directory, files) =>
    inProfiles(join(directory, 'profiles'), 'sessions.json', files, (text, group, path) =>
      parseFields(text)
        .list('instances')
        .flatMap(each => {
          const [id, session] = [each.text('id'), each.text('tmux_session')];
          if (id === undefined || session === undefined) return [];
          return [{ manager: 'agent-deck', id, session, group, path }];
        }),
    ),
};

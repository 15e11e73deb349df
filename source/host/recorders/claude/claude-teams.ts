/** `teams/<team>/config.json` of Claude Code: the members of an agent team. Experimental there; members that
 * have exited stay listed, and nothing is recorded but the pane. */
import { join } from 'node:path';
import type { VendorRecord } from '../../../core/model/vendor-record.ts';
import { parseFields } from '../record-fields.ts';
import type { Recorder } from '../recorder.ts';

export const claudeTeams: Recorder = {
  name: 'claude-teams',
  vendor: 'claude',
  read({ directory, uid, files }) {
    const folder = join(directory, 'teams');
    const teams = files.list(folder, /^[^.]/);
    if (!teams.ok) return { reading: teams, faults: [] };
    const found = teams.value.map(team =>
      files.readOne(join(folder, team, 'config.json'), uid, (text, path) =>
        parseFields(text)
          .list('members')
          .flatMap((member): VendorRecord[] => {
            const pane = member.text('tmuxPaneId');
            if (pane === undefined || !/^%\d+$/.test(pane) || !member.isTrue('isActive')) return [];
            const title = member.text('name');
            return [
              {
                recorder: 'claude-teams',
                vendor: 'claude',
                id: member.text('agentId') ?? `${team} ${title ?? pane}`,
                role: 'agent',
                pane,
                cwd: member.text('cwd'),
                title,
                path,
              },
            ];
          }),
      ),
    );
    return {
      reading: {
        ok: true,
        value: found.flatMap(({ reading }) => (reading.ok ? reading.value : [])),
      },
      faults: found.flatMap(({ faults }) => faults),
    };
  },
};

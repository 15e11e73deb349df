/** `app-server-daemon/{daemon,daemon-updater}.pid` of Codex: the daemon in which all of a user's TUIs run
 * their turns, and its updater. */
import { join } from 'node:path';
import { identityOf, parseFields } from '../record-fields.ts';
import type { Recorder } from '../recorder.ts';

export const codexDaemon: Recorder = {
  name: 'codex-daemon',
  vendor: 'codex',
  read({ directory, uid, files, bootId }) {
    const folder = join(directory, 'app-server-daemon');
    return files.readAll(folder, /^daemon(-updater)?\.pid$/, uid, (text, path) => {
      const fields = parseFields(text);
      const start = fields.fields('processIdentity');
      // Of an earlier boot: its pid names nothing any more.
      if (start === undefined || start.text('bootId') !== bootId) return undefined;
      const identity = identityOf(fields.number('pid'), start.number('startTicks'));
      if (identity === undefined) return undefined;
      const isUpdater = path.endsWith('updater.pid');
      const [id, role] = isUpdater
        ? (['updater', 'updater'] as const)
        : (['daemon', 'host'] as const);
      const title = `codex ${id}`;
      return { recorder: 'codex-daemon', vendor: 'codex', id, title, role, identity, path };
    });
  },
};

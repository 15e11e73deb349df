/** `sessions/<pid>.json` of Claude Code: one file per running session, removed on SIGTERM, left behind by
 * SIGKILL. Files without `procStart` (older versions) bind to no process and are skipped. */
import { join } from 'node:path';
import type { VendorRecord } from '../../../core/model/vendor-record.ts';
import { identityIn, parseFields } from '../record-fields.ts';
import type { Recorder } from '../recorder.ts';

export const claudeSessions: Recorder = {
  name: 'claude-sessions',
  vendor: 'claude',
  read({ directory, uid, files, domain }) {
    const folder = join(directory, 'sessions');
    return files.readAll(folder, /^\d+\.json$/, uid, (text, path) => {
      const fields = parseFields(text);
      const identity = identityIn(fields, 'pid', 'procStart');
      if (identity === undefined || !path.endsWith(`/${identity.pid}.json`)) return undefined;
      const id = fields.text('sessionId') ?? String(identity.pid);
      return {
        recorder: 'claude-sessions',
        vendor: 'claude',
        id,
        role: 'agent',
        identity,
        isElsewhere: isElsewhere(fields.text('pidDomain'), domain),
        conversation: id,
        pane: /(%\d+)$/.exec(fields.text('tmux') ?? '')?.[1],
        cwd: fields.text('cwd'),
        status: fields.text('status'),
        title: fields.text('name'),
        at: fields.number('statusUpdatedAt') ?? fields.number('updatedAt'),
        isBackground: fields.text('kind') === 'bg' || undefined,
        path,
      } satisfies VendorRecord;
    });
  },
};

/** @param recorded `linux:<machine id>:pid:[<inode of the pid namespace>]`. */
function isElsewhere(recorded: string | undefined, own: string | undefined): true | undefined {
  const isKnown = recorded !== undefined && own !== undefined;
  return isKnown && recorded !== own ? true : undefined;
}

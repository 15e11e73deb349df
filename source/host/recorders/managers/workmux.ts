/** `agents/tmux__SOCKET__PANE.json` of workmux: one for each pane in which its hooks have seen an agent. */
import { join } from 'node:path';
import { parseFields } from '../record-fields.ts';
import type { StateReader } from './manager-state.ts';

export const workmux: StateReader = {
  manager: 'workmux',
  filesIn(directory, files) {
    const folder = join(directory, 'agents');
    const names = files.list(folder, /^tmux__.*\.json$/);
    if (!names.ok) return { files: [], faults: [`${folder}: ${names.reason}`] };
    return {
      files: names.value.map(name => {
        const path = join(folder, name);
        return { path, parse: text => recordsIn(text, path) };
      }),
      faults: [],
    };
  },
};

function recordsIn(text: string, path: string) {
  const state = parseFields(text);
  const key = state.fields('pane_key');
  const [socketPath, id] = [key?.text('instance'), key?.text('pane_id')];
  const [pid, workdir] = [state.number('pane_pid'), state.text('workdir')];
  const isTmux = key?.text('backend') === 'tmux';
  if (!isTmux || socketPath === undefined || id === undefined || pid === undefined) return [];
  return [
    {
      manager: 'workmux',
      id,
      pane: { socketPath, id, pid },
      session: state.text('session_name'),
      window: state.text('window_name'),
      directory: workdir,
      path,
    } as const,
  ];
}

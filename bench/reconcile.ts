/** How long `vigil reconcile` takes to close 10,000 entries, from the backup to the last write. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTmux } from '../test/helpers/tmux-server.ts';
import { vigilEnv } from '../test/helpers/vigil.ts';
import { agentId, createWorkspace } from '../test/helpers/workspace.ts';
import { median } from './measure.ts';

const entries = 10_000;
const rounds = 3;

/** @param cli the built program. @returns the median of three runs, milliseconds. */
export function measureReconcile(cli: string, tasks: number): number {
  const server = startTmux();
  server.session('people');
  try {
    return median(Array.from({ length: rounds }, () => reconcileOnce(cli, tasks, server.name)));
  } finally {
    server.close();
  }
}

function reconcileOnce(cli: string, tasks: number, socket: string): number {
  const directory = mkdtempSync(join(tmpdir(), 'vigil-bench-'));
  try {
    const workspace = createWorkspace(directory);
    const global: Record<string, object> = {};
    for (let task = 0; task < tasks; task++) {
      const name = `TASK-20261121-000000-${String(task).padStart(8, '0')}`;
      const each = entries / tasks;
      const ids = Array.from({ length: each }, (_, index) => agentId('ghost', task * each + index));
      workspace.writeTask(
        name,
        ids.map(id => ({ id })),
      );
      for (const id of ids) global[id] = { task_id: name, tmux_session: `agent_${id}` };
    }
    workspace.writeGlobal(global, { active_agents: entries });
    workspace.age();
    const words = ['reconcile', '--yes', '--json', '-w', workspace.path, '-L', socket];
    const output = execFileSync(process.execPath, [cli, ...words], {
      encoding: 'utf8',
      env: vigilEnv({ XDG_STATE_HOME: directory }),
      maxBuffer: 1e9,
    });
    const { durationMs, changes } = JSON.parse(output);
    const made = changes.filter((each: { made: boolean }) => each.made).length;
    if (made !== entries) throw new Error(`${made} of ${entries} entries closed`);
    return durationMs;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

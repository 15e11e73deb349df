/** What limits or contradicts one poll, as problems for the user. */

import { unqueriedServers } from '../evidence/absence.ts';
import { agentIn } from '../evidence/pane-proofs.ts';
import type { Inventory, LostServer, Problem, Process } from '../model/model.ts';
import type { RecorderReading } from '../model/vendor-record.ts';
import { shortPath } from '../registry/merge.ts';
import type { Scene, ScenePane } from './scene.ts';

export function problemsOf(scene: Scene): Problem[] {
  const { inventory } = scene;
  const problems: Problem[] = [...inventory.problems];
  if (!inventory.processes.ok)
    problems.push({
      source: 'processes',
      message: `the process table could not be read: ${inventory.processes.reason}`,
      unread: true,
    });
  for (const { socket, reading, leftOut } of inventory.servers)
    if (!reading.ok && leftOut === undefined)
      problems.push({
        source: 'tmux',
        message: `tmux socket ${socket}: ${reading.reason}`,
        unread: true,
      });
  // If sockets were chosen (-L, -S), other servers are excluded on purpose.
  for (const server of inventory.serversChosen ? [] : unqueriedServers(scene))
    problems.push({
      source: 'tmux',
      message: `cannot query tmux server ${server.pid}: ${whyUnqueried(server, inventory)}`,
      about: inventory.lostServers?.find(({ pid }) => pid === server.pid)?.path,
      unread: false,
    });
  for (const server of serversOutside(scene))
    problems.push({
      source: 'tmux',
      message: `agents in tmux server ${server.pid} are shown as unknown: others may use the directory of its socket. Use -S ${server.path}`,
      unread: false,
    });
  for (const registry of inventory.registries) {
    if (!registry.reading.ok) {
      const message = `${registry.path}: ${registry.reading.reason}`;
      problems.push({ source: 'registry', message, about: registry.path, unread: true });
      continue;
    }
    const faults = [
      ...registry.reading.value.faults,
      ...registry.reading.value.entries.flatMap(entry =>
        entry.faults.map(fault => `${entry.id}: ${fault.text}`),
      ),
    ];
    if (faults.length > 0)
      problems.push({
        source: 'registry',
        message: `${shortPath(registry)}: ${faults[0]}${faults.length > 1 ? ` (and ${faults.length - 1} more)` : ''}`,
        unread: false,
      });
  }
  for (const recorder of inventory.recorders ?? []) {
    const fault = recorderFault(recorder);
    const message = `${recorder.recorder}: ${fault}`;
    if (fault !== undefined) problems.push({ source: 'recorder', message, unread: false });
  }
  for (const { manager, faults } of inventory.managed ?? []) {
    const message = `${manager}: ${inOneSentence(faults)}`;
    if (faults.length > 0) problems.push({ source: 'recorder', message, unread: false });
  }
  return problems;
}

function whyUnqueried({ pid }: Process, { lostServers = [] }: Inventory): string {
  const lost = lostServers.find(each => each.pid === pid);
  return lost === undefined ? 'its socket is outside $TMUX_TMPDIR. Use -S PATH' : whyLost(lost);
}

/** What has become of its socket, and what to do about it. */
export function whyLost({ path, isTaken }: LostServer): string {
  return isTaken
    ? `another server has its socket ${path}. Once that one has exited, vigil doctor --rescue recreates it`
    : `its socket ${path} was removed. vigil doctor --rescue recreates it`;
}

/** Servers with an untrusted socket that run agents: no row is judged by their sessions. */
function serversOutside(scene: Scene): readonly { readonly pid: number; readonly path: string }[] {
  const { servers, serversChosen } = scene.inventory;
  return servers.flatMap(({ path, reading, leftOut }) => {
    if (serversChosen || leftOut === undefined || !reading.ok) return [];
    const pid = reading.value[0]?.serverPid;
    const isOn = ({ pane }: ScenePane) => pane.serverPid === pid;
    return pid !== undefined && scene.panes.filter(isOn).some(pane => agentIn(pane, scene))
      ? [{ pid, path }]
      : [];
  });
}

/** What a recorder could not read, in one sentence. Nothing else depends on it. */
export function recorderFault({ directory, reading, faults }: RecorderReading): string | undefined {
  return inOneSentence(reading.ok ? faults : [`${directory}: ${reading.reason}`]);
}

/** The first fault, and how many more there are. */
export function inOneSentence([first, ...more]: readonly string[]): string | undefined {
  return first && `${first}${more.length > 0 ? ` (and ${more.length} more)` : ''}`;
}

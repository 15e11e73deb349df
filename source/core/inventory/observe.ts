/** One look: the readings side by side, raw and unjudged. */

import { mayBeAdopted } from '../evidence/adoption.ts';
import type { Inventory, Origin, Process, RegistryReading, ServerReading } from '../model/model.ts';
import type { Sources } from '../ports/host.ts';
import type { Recogniser } from '../programs/recognise.ts';
import { isLikelyUsersProgram } from '../programs/users-programs.ts';
import { agentSession } from '../registry/agent-names.ts';
import { recordedStatus } from '../registry/merge.ts';
import { createProcessTree, type ProcessTree } from './process-tree.ts';
import { asSessionName, isOurs } from './scene.ts';

/** Asks the host for everything once. tmux and the registries are asked first, so that their
 * waiting runs beside the process scan, which occupies this thread. */
export async function observe(host: Sources, recogniser: Recogniser): Promise<Inventory> {
  const takenAt = host.clock.now();
  const started = host.clock.steadyNow();
  const serversPending = host.servers.read();
  const registriesPending = host.registries.read();
  const [shown, registries, processes] = await Promise.all([
    serversPending,
    registriesPending,
    host.processes.read(),
  ]);
  const table = processes.ok ? processes.value : [];
  const tree = createProcessTree(table);
  const origins = readOrigins(table, tree, panePidsOf(shown), host, recogniser);
  const servers = hasAbsentee(registries.registries, shown, host.servers.areChosen)
    ? [...shown, ...(await readOtherServers(shown, table, tree, origins, host, recogniser))]
    : shown;
  return {
    takenAt,
    tookMs: Math.round((host.clock.steadyNow() - started) * 10) / 10,
    machine: host.machine,
    vitals: host.readVitals(),
    workspaces: registries.workspaces,
    processes,
    origins,
    servers,
    serversChosen: host.servers.areChosen,
    registries: registries.registries,
    endings: host.killRecovery.read(),
    sightings: host.sightings.read(),
    foreign: registries.foreign,
    problems: registries.problems,
  };
}

/** Marks of the candidates, and of the parents of those that have any: what a parent lacks tells that another
 * one started the child. */
function readOrigins(
  table: readonly Process[],
  tree: ProcessTree,
  panePids: ReadonlySet<number>,
  host: Sources,
  recogniser: Recogniser,
): ReadonlyMap<number, Origin> {
  const origins = host.processes.readOrigins(candidatesOf(table, tree, panePids, host, recogniser));
  const parents = new Set<Process>();
  for (const [pid, origin] of origins) {
    const process = tree.byPid.get(pid);
    const parent = process && tree.parentOf(process);
    const isMarked = origin.agentMark ?? origin.tmuxPane ?? origin.programMarks?.size;
    if (isMarked && parent !== undefined && !origins.has(parent.pid)) parents.add(parent);
  }
  return parents.size === 0
    ? origins
    : new Map([...origins, ...host.processes.readOrigins([...parents])]);
}

/** Whose inherited marks are worth reading: agent programs and what they started, panes and tmux servers, and
 * what may have lost its parent. Below a pane each process is in its tree. */
function candidatesOf(
  table: readonly Process[],
  tree: ProcessTree,
  panePids: ReadonlySet<number>,
  host: Sources,
  recogniser: Recogniser,
): Process[] {
  const below = new Map<number, boolean>();
  const isBelowTmux = (process: Process): boolean => {
    const known = below.get(process.pid);
    if (known !== undefined) return known;
    below.set(process.pid, false);
    const parent = tree.parentOf(process);
    const is =
      parent !== undefined && (recogniser(parent).kind === 'tmux server' || isBelowTmux(parent));
    below.set(process.pid, is);
    return is;
  };
  return table.filter(process => {
    if (!isOurs(process, host.machine) || process.argv.length === 0) return false;
    const { kind } = recogniser(process);
    if (kind === 'tmux server' || panePids.has(process.pid)) return true;
    if (kind === 'infrastructure') return isLikelyUsersProgram(process);
    if (kind === 'agent' || kind === 'host') return true;
    const parent = tree.parentOf(process);
    const parentKind = parent && recogniser(parent).kind;
    if (parentKind === 'agent' || parentKind === 'host' || parentKind === 'tmux server')
      return true;
    if (kind === 'mcp' || kind === 'agent shell' || isLikelyUsersProgram(process)) return true;
    return mayBeAdopted(process, tree) && !isBelowTmux(process);
  });
}

/** Whether an entry has no session of its name: only then other servers matter. Of chosen ones what has ended is
 * taken for ended. */
function hasAbsentee(
  registries: readonly RegistryReading[],
  servers: readonly ServerReading[],
  areChosen: boolean,
): boolean {
  const names = new Set(
    servers.flatMap(({ reading }) =>
      reading.ok ? reading.value.map(pane => pane.sessionName) : [],
    ),
  );
  return registries.some(
    ({ reading }) =>
      reading.ok &&
      reading.value.entries.some(
        ({ id, session, status }) =>
          (!areChosen || recordedStatus(status) !== 'terminal') &&
          !names.has(asSessionName(session || agentSession(id))),
      ),
  );
}

/** Servers that are not shown: those that -L or -S leaves out, and those whose socket is in another directory,
 * which is read from the `TMUX` of what runs below them. */
async function readOtherServers(
  shown: readonly ServerReading[],
  table: readonly Process[],
  tree: ProcessTree,
  origins: ReadonlyMap<number, Origin>,
  host: Sources,
  recogniser: Recogniser,
): Promise<readonly ServerReading[]> {
  if (shown.some(({ reading }) => !reading.ok)) return [];
  const asked = new Set(
    shown.flatMap(({ reading }) => (reading.ok ? reading.value.map(pane => pane.serverPid) : [])),
  );
  const isOwn = (process: Process) =>
    recogniser(process).kind === 'tmux server' &&
    !asked.has(process.pid) &&
    process.uid === host.machine.uid &&
    origins.get(process.pid)?.isNamespaced !== true;
  const servers = table.filter(isOwn);
  if (servers.length === 0) return [];
  const sockets = new Set(
    servers.flatMap(server =>
      tree.childrenOf(server.pid).flatMap(child => {
        const tmux = origins.get(child.pid)?.tmux;
        return tmux?.serverPid === server.pid ? [tmux.socketPath] : [];
      }),
    ),
  );
  const pids = new Set(servers.map(({ pid }) => pid));
  const found = await host.servers.readAt([...sockets]);
  const why = host.servers.areChosen
    ? 'excluded by -L or -S'
    : 'outside the socket directory (use -S)';
  // The socket of a server that has ended may be another's by now.
  return found.flatMap(each =>
    each.reading.ok && each.reading.value.some(pane => pids.has(pane.serverPid))
      ? [{ ...each, leftOut: why }]
      : [],
  );
}

function panePidsOf(servers: readonly ServerReading[]): ReadonlySet<number> {
  const panes = servers.flatMap(({ reading }) => (reading.ok ? reading.value : []));
  return new Set(panes.map(pane => pane.panePid));
}

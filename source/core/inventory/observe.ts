/** One look: the readings side by side, raw and unjudged. */
import type { Host } from '../host.ts';
import type { Inventory, Process, ServerReading } from '../model.ts';
import type { Recogniser } from './recognise.ts';
import { isOurs, orphanParentsOf } from './scene.ts';

/** Asks the host for everything once. tmux and the registries are asked first, so that their
 * waiting runs beside the process scan, which occupies this thread.
 * @param also sockets of servers that are asked too. */
export async function observe(
  host: Host,
  recogniser: Recogniser,
  also?: readonly string[],
): Promise<Inventory> {
  const takenAt = host.clock.now();
  const started = host.clock.steadyNow();
  const serversPending = host.readServers(also);
  const registriesPending = host.readRegistries();
  const [servers, registries, processes] = await Promise.all([
    serversPending,
    registriesPending,
    host.readProcesses(),
  ]);
  const candidates = processes.ok
    ? candidatesOf(processes.value, panePidsOf(servers), host, recogniser)
    : [];
  const origins = host.readOrigins(candidates);
  return {
    takenAt,
    tookMs: Math.round((host.clock.steadyNow() - started) * 10) / 10,
    machine: host.machine,
    vitals: host.readVitals(),
    workspaces: registries.workspaces,
    processes,
    origins,
    servers,
    serversChosen: host.serversChosen,
    registries: registries.registries,
    endings: host.readEndings(),
    problems: registries.problems,
  };
}

/** Whose inherited marks are worth reading: agent programs, and what an orphan parent has. Of panes and
 * tmux servers it is the scope they are in that tells whose those are. */
function candidatesOf(
  processes: readonly Process[],
  panePids: ReadonlySet<number>,
  host: Host,
  recogniser: Recogniser,
): Process[] {
  const parents = orphanParentsOf(processes);
  return processes.filter(process => {
    if (!isOurs(process, host.machine) || process.argv.length === 0) return false;
    const { kind } = recogniser(process);
    if (kind === 'tmux server' || panePids.has(process.pid)) return true;
    if (kind === 'infrastructure') return false;
    return kind === 'agent' || parents.has(process.ppid);
  });
}

function panePidsOf(servers: readonly ServerReading[]): ReadonlySet<number> {
  const panes = servers.flatMap(({ reading }) => (reading.ok ? reading.value : []));
  return new Set(panes.map(pane => pane.panePid));
}

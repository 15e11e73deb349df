/** One poll: all sources read side by side, raw and unjudged. */

import { mayBeAdopted } from '../evidence/adoption.ts';
import type {
  Inventory,
  Machine,
  Origin,
  Pane,
  Process,
  RegistryReading,
  ServerReading,
} from '../model/model.ts';
import type { RecorderReading, VendorDirectory } from '../model/vendor-record.ts';
import type { Sources } from '../ports/host.ts';
import type { FoundServers } from '../ports/sessions.ts';
import { confirmedKind, type Recogniser } from '../programs/recognise.ts';
import { isLikelyUsersProgram } from '../programs/users-programs.ts';
import { directoriesIn } from '../programs/vendors.ts';
import { agentSession } from '../registry/agent-names.ts';
import { recordedStatus } from '../registry/merge.ts';
import { managerSources } from './manager-sources.ts';
import { registriesElsewhere } from './other-projects.ts';
import { createProcessTree, type ProcessTree } from './process-tree.ts';
import { asSessionName, isOurs } from './scene.ts';

/** Reads every source once. tmux and the registries start first, so that their I/O overlaps the process scan,
 * which blocks this thread. */
export async function observe(host: Sources, recogniser: Recogniser): Promise<Inventory> {
  const takenAt = host.clock.now();
  const started = host.clock.steadyNow();
  const serversPending = host.servers.read();
  const registriesPending = host.registries.read();
  const [shown, known, processes] = await Promise.all([
    serversPending,
    registriesPending,
    host.processes.read(),
  ]);
  const table = processes.ok ? processes.value : [];
  const found: Found = { table, tree: createProcessTree(table), shown, recogniser };
  const origins = readOrigins(found, host);
  const others = await findOtherServers(found, origins, host, known.registries);
  const servers = others.readings.length > 0 ? [...shown, ...others.readings] : shown;
  // Whatever may be an agent has an origin.
  const agents = [...origins.keys()]
    .flatMap(pid => found.tree.byPid.get(pid) ?? [])
    .filter(each => ['agent', 'host'].includes(recogniser(each).kind));
  const recorders = host.recorders.read(directoriesOf(agents, origins));
  const directories = await host.processes.readDirectories(agents);
  const sources = managerSources(panesOf(servers), agents, origins, directories);
  const around = [...directories.values(), ...recorders.flatMap(directoriesRecorded)];
  const registries = host.registries.discover?.(around) ? await host.registries.read() : known;
  const elsewhere = await registriesElsewhere(
    { agents, directories, panes: panesOf(servers), tree: found.tree },
    registries,
    host.registries.readAround,
  );
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
    lostServers: others.lost,
    registries: registries.registries,
    elsewhere,
    recorders,
    managed: host.managerRecords.read(sources.managers, sources.directories),
    directories,
    endings: host.killRecovery.read(),
    sightings: host.sightings.read(),
    tracked: host.sightings.readTracked(),
    foreign: registries.foreign,
    problems: registries.problems,
  };
}

/** What was read so far. */
type Found = {
  readonly table: readonly Process[];
  readonly tree: ProcessTree;
  readonly shown: readonly ServerReading[];
  readonly recogniser: Recogniser;
};

/** Marks of the candidates, and of the parents of those that have any: a mark that the parent lacks proves
 * that another process started the child. */
function readOrigins(found: Found, host: Sources): ReadonlyMap<number, Origin> {
  const { tree } = found;
  const origins = host.processes.readOrigins(candidatesOf(found, host.machine));
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

/** Processes whose inherited marks are worth reading: agent programs and their descendants, panes and tmux
 * servers, and those that may have lost their parent. Below a pane, membership follows from the tree. */
function candidatesOf({ table, tree, shown, recogniser }: Found, machine: Machine): Process[] {
  const panePids = new Set(panesOf(shown).map(pane => pane.panePid));
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
    if (!isOurs(process, machine) || process.argv.length === 0) return false;
    const { kind } = recogniser(process);
    if (kind === 'tmux server' || panePids.has(process.pid)) return true;
    // Its executable tells whether it is what it calls itself.
    if (kind === 'infrastructure') return true;
    if (kind === 'agent' || kind === 'host') return true;
    const parent = tree.parentOf(process);
    const parentKind = parent && recogniser(parent).kind;
    if (parentKind === 'agent' || parentKind === 'host' || parentKind === 'tmux server')
      return true;
    if (kind === 'mcp' || kind === 'agent shell' || isLikelyUsersProgram(process)) return true;
    return mayBeAdopted(process, tree) && !isBelowTmux(process);
  });
}

function directoriesRecorded({ reading }: RecorderReading): readonly string[] {
  return reading.ok ? reading.value.flatMap(({ cwd }) => cwd ?? []) : [];
}

/** Where the running agents' vendors keep their records. */
function directoriesOf(
  agents: readonly Process[],
  origins: ReadonlyMap<number, Origin>,
): readonly VendorDirectory[] {
  return agents.flatMap(({ pid, uid }) => {
    const { directories, isNamespaced } = origins.get(pid) ?? {};
    if (directories === undefined || isNamespaced === true) return [];
    return directoriesIn(name => directories.get(name)).map(each => ({ ...each, uid }));
  });
}

/** Whether an active entry has no session of its name: only then do servers that -L or -S excludes matter. */
function hasMissingSession(
  registries: readonly RegistryReading[],
  servers: readonly ServerReading[],
): boolean {
  const names = new Set(panesOf(servers).map(pane => pane.sessionName));
  return registries.some(
    ({ reading }) =>
      reading.ok &&
      reading.value.entries.some(
        ({ id, session, status }) =>
          recordedStatus(status) !== 'terminal' &&
          !names.has(asSessionName(session || agentSession(id))),
      ),
  );
}

const noServers: FoundServers = { readings: [], lost: [] };

/** Servers of this user that the sockets did not lead to: under another TMUX_TMPDIR, without their socket file, or
 * excluded by -L or -S. */
async function findOtherServers(
  { table, shown, recogniser }: Found,
  origins: ReadonlyMap<number, Origin>,
  { machine, servers }: Sources,
  registries: readonly RegistryReading[],
): Promise<FoundServers> {
  const queried = new Set(panesOf(shown).map(pane => pane.serverPid));
  const isConfirmed = (process: Process, origin: Origin = {}) =>
    origin.isNamespaced !== true &&
    confirmedKind(recogniser(process), origin).kind === 'tmux server';
  const isOther = (process: Process) =>
    recogniser(process).kind === 'tmux server' &&
    !queried.has(process.pid) &&
    process.uid === machine.uid &&
    isConfirmed(process, origins.get(process.pid));
  const others = table.filter(isOther);
  if (others.length === 0) return noServers;
  if (!servers.areChosen) return servers.find(others, shown);
  const isUnread = shown.some(({ reading }) => !reading.ok);
  if (!isUnread && !hasMissingSession(registries, shown)) return noServers;
  const { readings, lost } = await servers.find(others, shown);
  const named = new Set(shown.map(({ path }) => path));
  const leftOut = 'excluded by -L or -S';
  return {
    readings: isUnread ? [] : readings.map(each => ({ ...each, leftOut })),
    lost: lost.filter(({ path }) => named.has(path)),
  };
}

function panesOf(servers: readonly ServerReading[]): readonly Pane[] {
  return servers.flatMap(({ reading }) => (reading.ok ? reading.value : []));
}

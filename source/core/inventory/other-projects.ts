/** Registries of workspaces that are not shown, where an agent in one of their projects has a session that an entry of ours
 * names too: ids and names are copied with a workspace. */
import { isWithin, projectOf } from '../evidence/work-places.ts';
import type { Pane, Process, RegistryReading } from '../model/model.ts';
import type { Registries, RegistriesReading } from '../ports/registries.ts';
import { agentSession } from '../registry/agent-names.ts';
import type { ProcessTree } from './process-tree.ts';
import { asSessionName } from './scene.ts';

type Found = {
  readonly agents: readonly Process[];
  /** Working directories of agents, by pid. */
  readonly directories: ReadonlyMap<number, string>;
  readonly panes: readonly Pane[];
  readonly tree: ProcessTree;
};

/** Reads nothing in the usual case that all agents in sessions of our entries work in our projects.
 * @returns nothing if there is no such agent. */
export async function registriesElsewhere(
  { agents, directories, panes, tree }: Found,
  { workspaces, registries }: RegistriesReading,
  readAround: Registries['readAround'],
): Promise<readonly RegistryReading[] | undefined> {
  const projects = workspaces.map(projectOf);
  const isOutside = ({ pid }: Process) => {
    const place = directories.get(pid);
    return place !== undefined && !projects.some(project => isWithin(place, project));
  };
  const outside = agents.filter(isOutside);
  if (outside.length === 0) return undefined;
  const sessions = new Map(panes.map(({ panePid, sessionName }) => [panePid, sessionName]));
  const sessionOf = (process: Process) =>
    [process, ...tree.ancestorsOf(process)].flatMap(({ pid }) => sessions.get(pid) ?? [])[0];
  const named = new Map(outside.map(each => [each, sessionOf(each)]));
  const recorded = namesAmong(new Set(named.values()), registries);
  const wanted = outside.filter(each => recorded.has(named.get(each)));
  return wanted.length === 0 ? undefined : readAround(wanted, workspaces);
}

/** Which of these sessions an entry names. */
function namesAmong(
  names: ReadonlySet<string | undefined>,
  registries: readonly RegistryReading[],
) {
  const found = new Set<string | undefined>();
  for (const { reading } of registries)
    for (const { id, session } of reading.ok ? reading.value.entries : []) {
      const name = asSessionName(session || agentSession(id));
      if (names.has(name)) found.add(name);
    }
  return found;
}

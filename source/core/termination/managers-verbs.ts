/** Asking another manager to stop what it has started, and finding out whether it has started it again. */
import { isZombie } from '../inventory/process-tree.ts';
import { type Inventory, identityOf, type Process, type ServerReading } from '../model/model.ts';
import type { RecordOwner } from '../model/vendor-record.ts';
import type { StopCommand } from '../ports/owners.ts';
import { managerName } from '../programs/managers.ts';
import { shortCommand } from '../programs/short-command.ts';
import type { Member } from './kill-set.ts';
import { restartedAs } from './restarts.ts';

/** @param agent the process that it has started.
 * @returns the command that stops it; undefined where it is not asked. */
export function managersStop(
  { kind, stop = [], managed }: RecordOwner,
  agent: Process,
  inventory: Inventory,
): StopCommand | undefined {
  const [executable, ...words] = stop;
  const { directories, tmux } = inventory.origins.get(agent.pid) ?? {};
  // Without a home it would be asked about another user's sessions.
  if (executable === undefined || directories?.has('HOME') !== true) return undefined;
  if (agent.uid !== inventory.machine.uid) return undefined;
  const env: Record<string, string> = Object.fromEntries(directories);
  const path = managed?.pane?.socketPath;
  if (path !== undefined) Object.assign(env, serverEnv(path, tmux?.serverPid ?? 0));
  // A window is found in the session of this pane.
  if (managed?.pane?.id !== undefined) env.TMUX_PANE = managed.pane.id;
  if (kind === 'systemd-unit') env.XDG_RUNTIME_DIR = `/run/user/${agent.uid}`;
  return { executable, words, env, cwd: managed?.cwd };
}

/** Its tmux commands reach the server that its session is on. */
function serverEnv(socketPath: string, serverPid: number): Readonly<Record<string, string>> {
  const [, directory] = /^(\/.*)\/tmux-\d+\/[^/]+$/.exec(socketPath) ?? [];
  const own = { TMUX: `${socketPath},${serverPid},0` };
  return directory === undefined ? own : { ...own, TMUX_TMPDIR: directory };
}

/** @returns a sentence for the plan. */
export function managersNote({ kind, stop, managed = {} }: RecordOwner, isAsked: boolean): string {
  const name = managerName(kind);
  if (isAsked && stop !== undefined)
    return `${name} is asked first: ${stop.join(' ')}${managed.ends === undefined ? '' : ` (ends ${managed.ends})`}`;
  const perhaps = managed.isSuspected === true ? `perhaps ${name} has` : `${name} has`;
  const why = managed.whyNotAsked ?? 'its user or its environment is not known to be yours';
  return `${perhaps} started it and may start it again; ${name} is not asked: ${why}`;
}

/** What was ended, and where its manager would start it again. */
export type ManagedEnd = {
  readonly members: readonly Member[];
  readonly pane?: { readonly socketPath: string; readonly session: string };
};

/** @param before identities of what was running when the termination began.
 * @returns a process that runs in its place: a new first process of a pane of its session, a program of the same name
 * there, or one with the same parent and command line. */
export function startedAgain(
  { members, pane }: ManagedEnd,
  table: readonly Process[],
  servers: readonly ServerReading[],
  before: ReadonlySet<string>,
): Process | undefined {
  const again = restartedAs(members, table, before, undefined)[0];
  if (again !== undefined || pane === undefined) return again;
  const server = servers.find(({ path }) => path === pane.socketPath);
  const panes = server?.reading.ok ? server.reading.value : [];
  const roots = new Set(
    panes
      .filter(each => !each.dead && each.sessionName === pane.session)
      .map(({ panePid }) => panePid),
  );
  if (roots.size === 0) return undefined;
  const byPid = new Map(table.map(each => [each.pid, each]));
  const agents = members.filter(({ role }) => role === 'agent');
  const names = new Set(agents.map(({ command }) => programOf(command.split(' '))));
  const isNew = (each: Process) => !before.has(identityOf(each)) && !isZombie(each);
  const isBelow = (each: Process) => {
    let current: Process | undefined = each;
    for (let steps = 0; current !== undefined && steps < mostSteps; steps++) {
      if (roots.has(current.pid)) return true;
      current = byPid.get(current.ppid);
    }
    return false;
  };
  return table.find(
    each =>
      isNew(each) && (roots.has(each.pid) || (names.has(programOf(each.argv)) && isBelow(each))),
  );
}

function programOf(argv: readonly string[]): string | undefined {
  return shortCommand(argv).split(' ')[0];
}

/** Deeper than any tree of processes in a pane. */
const mostSteps = 100;

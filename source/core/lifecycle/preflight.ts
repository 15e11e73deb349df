/** Checks before a deploy creates anything: the task exists, tmux answers, the disk has space, the limits allow
 * another agent, and no shutdown is unfinished. */
import type { CommandTools } from '../ports/command-tools.ts';
import { taskOf, taskOfPath } from '../registry/merge.ts';
import { whyNotAdmitted } from './admission.ts';
import type { DeployFault, DeployRequest } from './deployment.ts';
import { unfinishedShutdown } from './shutdown-journal.ts';
import { keepsTask, withAllOf, withDatabase } from './task-content.ts';

/** Where an agent is to be deployed. */
export type DeployTarget = {
  readonly kind: 'ok';
  readonly workspace: string;
  /** Name of the task's directory. */
  readonly directory: string;
  readonly taskFile: string;
  readonly globalFile?: string;
  readonly databaseFile?: string;
  readonly workingDirectory: string;
};

type Rejected = Omit<DeployFault, 'step'>;

const rejected = (kind: Rejected['kind']) => (reason: string) => ({ kind, reason });
const notFound = rejected('not found');
const refused = rejected('refused');
const unreadable = rejected('unreadable');

const minFreeBytes = 100 * 1024 * 1024;

export async function preflight(
  tools: CommandTools,
  request: DeployRequest,
): Promise<DeployTarget | Rejected> {
  const { host } = tools;
  const found = await host.registries.read();
  const unread = found.problems.find(problem => problem.unread);
  if (unread !== undefined) return unreadable(unread.message);
  if (found.workspaces.length === 0) return notFound('no workspace found; use -w DIR');
  const tasks = found.registries.filter(
    each => each.scope === 'task' && [taskOf(each), taskOfPath(each.path)].includes(request.task),
  );
  const [registry] = tasks;
  if (registry === undefined)
    return notFound(`no such task: ${request.task} (in ${found.workspaces.join(', ')})`);
  if (tasks.length > 1)
    return refused(`${tasks.length} workspaces have ${request.task}; choose one with -w DIR`);
  if (!registry.reading.ok) return unreadable(`${registry.path}: ${registry.reading.reason}`);
  const { workspace } = registry;
  const foreign = found.foreign?.get(workspace);
  if (foreign !== undefined) return refused(foreign);
  const global = found.registries.find(
    each => each.workspace === workspace && each.scope === 'global',
  );
  if (global !== undefined && !global.reading.ok)
    return unreadable(`${global.path}: ${global.reading.reason}`);
  const database = found.registries.find(
    each => each.workspace === workspace && each.scope === 'database',
  );
  if (database !== undefined && !database.reading.ok)
    return unreadable(`${database.path}: ${database.reading.reason}`);
  const index = global?.reading.ok ? global.reading.value : undefined;
  const rows = database?.reading.ok ? database.reading.value : undefined;
  const isInDatabase = keepsTask(rows, taskOf(registry));
  const task = withDatabase(registry.reading.value, rows, taskOf(registry));
  const denial =
    whyNotAdmitted(task, withAllOf(index, rows), { ...request, id: '' }) ??
    unfinishedShutdown(host.shutdownJournal.read(workspace));
  if (denial !== undefined) return refused(denial);
  const free = host.workspaceFiles.freeBytes(workspace);
  if (!free.ok) return unreadable(`${workspace}: ${free.reason}`);
  if (free.value < minFreeBytes)
    return refused(
      `${workspace}: ${Math.floor(free.value / 1024 / 1024)} MB free, but ${minFreeBytes / 1024 / 1024} MB are needed`,
    );
  const { socketPath } = request;
  const server = (await host.servers.readWith([socketPath])).find(each => each.path === socketPath);
  if (server?.reading.ok === false)
    return unreadable(`tmux socket ${server.socket}: ${server.reading.reason}`);
  return {
    kind: 'ok',
    workspace,
    directory: taskOfPath(registry.path),
    taskFile: registry.path,
    globalFile: global?.path,
    databaseFile: isInDatabase ? database?.path : undefined,
    workingDirectory:
      host.workspaceFiles.existingDirectory(registry.reading.value.directory) ??
      workspace.replace(/\/[^/]*$/, ''),
  };
}

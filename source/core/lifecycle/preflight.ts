/** What must be right before anything is made: a task that is there, tmux that answers, room on the disk,
 * limits that allow one more, and no shutdown under way. */
import type { RegistryReading } from '../model.ts';
import { taskOf } from '../registry/merge.ts';
import type { RegistryFile } from '../registry/store.ts';
import { whyNotAdmitted } from './admission.ts';
import type { DeployFault, DeployRequest } from './deployment.ts';
import { unfinishedShutdown } from './shutdown-journal.ts';
import type { LifecycleTools } from './undo.ts';

/** Where an agent is to be made. */
export type Ground = {
  readonly kind: 'fit';
  readonly workspace: string;
  /** The task's directory, by name. */
  readonly directory: string;
  readonly taskFile: string;
  readonly globalFile?: string;
  readonly files: readonly RegistryFile[];
  readonly workingDirectory: string;
};

type Unfit = Omit<DeployFault, 'step'>;

const leastFreeBytes = 100 * 1024 * 1024;

export async function preflight(
  tools: LifecycleTools,
  request: DeployRequest,
): Promise<Ground | Unfit> {
  const { host } = tools;
  const snapshotted = await host.registries.read();
  const unread = snapshotted.problems.find(problem => problem.unread);
  if (unread !== undefined) return unfit('unreadable', unread.message);
  if (snapshotted.workspaces.length === 0)
    return unfit('not found', 'there is no workspace here; name one with -w DIR');
  const tasks = snapshotted.registries.filter(
    each =>
      each.scope === 'task' &&
      (taskOf(each) === request.task || directoryOf(each) === request.task),
  );
  const [registry] = tasks;
  if (registry === undefined)
    return unfit('not found', `no task ${request.task} in ${snapshotted.workspaces.join(', ')}`);
  if (tasks.length > 1)
    return unfit(
      'refused',
      `${tasks.length} workspaces have ${request.task}; name one with -w DIR`,
    );
  if (!registry.reading.ok)
    return unfit('unreadable', `${registry.path}: ${registry.reading.reason}`);
  const { workspace } = registry;
  const foreign = snapshotted.foreign?.get(workspace);
  if (foreign !== undefined) return unfit('refused', foreign);
  const global = snapshotted.registries.find(
    each => each.workspace === workspace && each.scope === 'global',
  );
  if (global !== undefined && !global.reading.ok)
    return unfit('unreadable', `${global.path}: ${global.reading.reason}`);
  const asked = { id: '', type: request.type, parent: request.parent };
  const full = whyNotAdmitted(
    registry.reading.value,
    global?.reading.ok ? global.reading.value : undefined,
    asked,
  );
  if (full !== undefined) return unfit('refused', full);
  const shutdown = unfinishedShutdown(host.grounds.readShutdown(workspace));
  if (shutdown !== undefined) return unfit('refused', shutdown);
  const free = host.grounds.freeBytes(workspace);
  if (!free.ok) return unfit('unreadable', `${workspace}: ${free.reason}`);
  if (free.value < leastFreeBytes)
    return unfit(
      'refused',
      `${workspace}: ${Math.floor(free.value / 1024 / 1024)} MB are free, and ${leastFreeBytes / 1024 / 1024} are needed`,
    );
  const { socketPath } = request;
  const server = (await host.servers.readWith([socketPath])).find(each => each.path === socketPath);
  if (server?.reading.ok === false)
    return unfit('unreadable', `tmux socket ${server.socket}: ${server.reading.reason}`);
  return {
    kind: 'fit',
    workspace,
    directory: directoryOf(registry),
    taskFile: registry.path,
    globalFile: global?.path,
    files: [
      { path: registry.path, scope: 'task' },
      ...(global === undefined ? [] : [{ path: global.path, scope: 'global' as const }]),
    ],
    workingDirectory:
      host.grounds.existing(registry.reading.value.directory) ?? workspace.replace(/\/[^/]*$/, ''),
  };
}

function unfit(kind: Unfit['kind'], reason: string): Unfit {
  return { kind, reason };
}

/** The name of the directory that a task's registry lies in. */
function directoryOf({ path }: RegistryReading): string {
  return path.split('/').at(-2) ?? '';
}

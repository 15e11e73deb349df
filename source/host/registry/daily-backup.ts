/** A copy of a workspace's registries before the first change of a day, whatever makes it. */
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { RegistryFile } from '../../core/ports/registry-store.ts';
import { backUp } from './backups.ts';
import { databasePath } from './sqlite/database-path.ts';

/** A busy registry is not waited for: the change matters more than its backup. */
const waitMs = 500;
/** Workspaces that have one of today, with the day. */
const done = new Set<string>();

/** @param files that are about to change. A backup that fails is no reason not to change them. */
export async function backUpDaily(files: readonly RegistryFile[]): Promise<void> {
  // As backups are named.
  const today = new Date().toISOString().slice(0, 10);
  const workspaces = new Set(files.map(({ path }) => dirname(dirname(path))));
  for (const workspace of workspaces) {
    const key = `${today} ${workspace}`;
    if (done.has(key) || basename(workspace) !== '.agent-workspace') continue;
    done.add(key);
    const made = await namesIn(join(workspace, 'registry', 'backups'));
    if (made.some(name => name.startsWith(today))) continue;
    const all = await registriesOf(workspace);
    if (all.length === 0) continue;
    const backup = await backUp(workspace, all, 'daily', waitMs);
    // A database that cannot be copied leaves the JSON files.
    const files = all.filter(({ scope }) => scope !== 'database');
    if (!backup.ok && files.length < all.length && files.length > 0)
      await backUp(workspace, files, 'daily', waitMs);
  }
}

async function registriesOf(workspace: string): Promise<readonly RegistryFile[]> {
  const tasks = (await namesIn(workspace)).filter(name => name.startsWith('TASK-')).sort();
  const files: RegistryFile[] = [];
  for (const task of tasks)
    if ((await namesIn(join(workspace, task))).includes('AGENT_REGISTRY.json'))
      files.push({ path: join(workspace, task, 'AGENT_REGISTRY.json'), scope: 'task' });
  const shared = await namesIn(join(workspace, 'registry'));
  if (shared.includes('GLOBAL_REGISTRY.json'))
    files.push({ path: join(workspace, 'registry', 'GLOBAL_REGISTRY.json'), scope: 'global' });
  if (shared.includes(basename(databasePath)))
    files.push({ path: join(workspace, databasePath), scope: 'database' });
  return files;
}

function namesIn(directory: string): Promise<readonly string[]> {
  return readdir(directory).catch(() => []);
}

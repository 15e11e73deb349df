/** The files that a termination will remove or archive, listed in advance with the same rules that apply them. */
import type { RegistryReading } from '../model/model.ts';
import type { AgentFiles } from '../ports/workspace-files.ts';
import { listingOf } from '../reconcile/reconcile-plan.ts';
import { type AgentRecord, mergeRegistries, taskOf } from '../registry/merge.ts';
import { type FileWork, filesOf } from './agent-files.ts';
import type { EndPlan } from './end-plan.ts';
import type { PlannedFile } from './target.ts';

/** Files of an agent in a task registry; an invalid entry has none. */
export function filesOnRecord(
  record: AgentRecord,
  registries: readonly RegistryReading[],
): readonly FileWork[] {
  const { taskFile, workspace } = listingOf(record, registries);
  const registry = registries.find(each => each.path === taskFile);
  if (record.hasFaults || registry === undefined) return [];
  return filesOf(record.entry.id, workspace, taskOf(registry), record.entry.files);
}

/** Adds the files; only for a displayed plan, like ports.
 * @param listed paths that the plan already lists. */
export function withFiles(
  plan: EndPlan,
  registries: readonly RegistryReading[],
  agentFiles: Pick<AgentFiles, 'has'>,
  listed: ReadonlySet<string> = new Set(),
): EndPlan {
  const records = new Map(mergeRegistries(registries).map(each => [each.key, each]));
  const filesFor = (key: string): PlannedFile[] => {
    const record = records.get(key);
    const files = record === undefined ? [] : filesOnRecord(record, registries);
    return files
      .filter(file => {
        const isThere = agentFiles.has(file);
        return isThere.ok && isThere.value && !listed.has(absolutePathOf(file));
      })
      .map(file => ({
        path: absolutePathOf(file),
        kind: file.work === 'remove' ? 'prompt' : 'log',
        work: file.work,
        reason: `${file.agentId} is ended`,
      }));
  };
  const targets = plan.targets.map(target =>
    target.refused === undefined ? { ...target, files: filesFor(target.key) } : target,
  );
  return { ...plan, targets };
}

/** @returns the absolute path. */
export function absolutePathOf({
  workspace,
  task,
  path,
}: Pick<FileWork, 'workspace' | 'task' | 'path'>): string {
  return path.startsWith('/') ? path : [workspace, task, path].filter(Boolean).join('/');
}

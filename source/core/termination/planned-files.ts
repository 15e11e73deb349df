/** The files that a termination will remove or archive, listed in advance with the same rules that apply them. */
import type { RegistryReading } from '../model/model.ts';
import type { Host } from '../ports/host.ts';
import { listingOf } from '../reconcile/listing.ts';
import { type AgentRecord, mergeRegistries, taskOf } from '../registry/merge.ts';
import { type AgentFile, filesOf, isPrompt } from './agent-files.ts';
import type { EndPlan } from './end-plan.ts';
import { withPorts } from './frees.ts';
import type { PlannedFile } from './target.ts';

/** Files of an agent whose task is known by a registry of its own or by the database; an invalid entry has none. */
export function filesOnRecord(
  record: AgentRecord,
  registries: readonly RegistryReading[],
): readonly AgentFile[] {
  const { taskFile, workspace } = listingOf(record, registries);
  const registry = registries.find(each => each.path === taskFile);
  const isInDatabase = record.registries[0]?.scope === 'database';
  const task = registry === undefined ? isInDatabase && record.entry.task : taskOf(registry);
  if (record.hasFaults || !task) return [];
  return filesOf(record.entry.id, workspace, task, record.entry.files);
}

/** The plan as it is displayed, with the ports and the files of its targets.
 * @param listed paths that are already listed beside the plan. */
export function displayedPlan(
  plan: EndPlan,
  { processes, agentFiles }: Pick<Host, 'processes' | 'agentFiles'>,
  listed: ReadonlySet<string> = new Set(),
): EndPlan {
  const records = new Map(mergeRegistries(plan.registries).map(each => [each.key, each]));
  const isListed = (file: AgentFile) => {
    const isThere = agentFiles.has(file);
    return isThere.ok && isThere.value && !listed.has(absolutePathOf(file));
  };
  const filesIn = (key: string): PlannedFile[] => {
    const record = records.get(key);
    const files = record === undefined ? [] : filesOnRecord(record, plan.registries);
    return files.filter(isListed).map(file => ({
      path: absolutePathOf(file),
      kind: isPrompt(file) ? 'prompt' : 'log',
      work: 'archive',
      reason: `${file.agentId} is ended`,
    }));
  };
  const targets = withPorts(plan, processes).targets.map(target =>
    target.refused === undefined ? { ...target, files: filesIn(target.key) } : target,
  );
  return { ...plan, targets };
}

/** @returns the absolute path. */
export function absolutePathOf(file: Pick<AgentFile, 'workspace' | 'task' | 'path'>): string {
  const { workspace, task, path } = file;
  return path.startsWith('/') ? path : [workspace, task, path].filter(Boolean).join('/');
}

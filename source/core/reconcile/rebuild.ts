/** Rebuilds a damaged global registry from the task registries when neither a journal nor a backup exists.
 * Agents of deleted tasks are lost, because only the global registry listed them. */
import type { RegistryDocument } from '../registry/document.ts';
import type { Json } from '../registry/edit.ts';
import { parseJson } from '../registry/json.ts';
import { localTime } from '../registry/local-time.ts';
import { recordedStatus, taskOfPath } from '../registry/merge.ts';
import { shared } from './apply-changes.ts';
import { openRegistry } from './open-registry.ts';

/** @param tasks all task registries of the workspace. @param now epoch milliseconds.
 * @returns the text in the orchestrator's format, with counters calculated from the entries. */
export function rebuiltIndex(tasks: readonly RegistryDocument[], now: number): string {
  const summaries = tasks.map(summaryOf);
  const agents = new Map<string, Map<string, Json>>();
  for (const [index, document] of tasks.entries())
    for (const entry of openRegistry(document)?.entries() ?? []) {
      // The global registry is keyed by id: keep the first.
      if (agents.has(entry.id)) continue;
      const fields = new Map<string, Json>([['task_id', summaries[index]?.id ?? '']]);
      for (const name of shared) {
        const value = entry.fields.get(name);
        if (value !== undefined) fields.set(name, value);
      }
      agents.set(entry.id, fields);
    }
  const isActive = (status: Json | undefined) =>
    recordedStatus(typeof status === 'string' ? status : undefined) === 'active';
  const active = [...agents.values()].filter(fields => isActive(fields.get('status'))).length;
  const created = summaries.map(task => task.fields.get('created_at')).filter(isText);
  const limits = summaries.map(task => task.maxConcurrent).filter(number => number !== undefined);
  return asciiJson({
    created_at: created.sort()[0] ?? localTime(now),
    total_tasks: tasks.length,
    active_tasks: summaries.filter(task => task.isActive).length,
    total_agents_spawned: agents.size,
    active_agents: active,
    ...(limits.length > 0 ? { max_concurrent_agents: Math.max(...limits) } : {}),
    tasks: Object.fromEntries(summaries.map(task => [task.id, Object.fromEntries(task.fields)])),
    agents: Object.fromEntries(
      [...agents].map(([id, fields]) => [id, Object.fromEntries(fields)] as const),
    ),
  });
}

function summaryOf({ path, text, content }: RegistryDocument) {
  const parsed = parseJson(text);
  const top = new Map<string, unknown>(Object.entries(Object(parsed.ok ? parsed.value : {})));
  const description = top.get('task_description');
  const fields = new Map<string, Json>();
  if (isText(description)) fields.set('description', description);
  for (const name of ['created_at', 'status']) {
    const value = top.get(name);
    if (isText(value)) fields.set(name, value);
  }
  const limit = top.get('max_concurrent');
  return {
    id: content.task ?? taskOfPath(path),
    fields,
    isActive: content.entries.some(entry => recordedStatus(entry.status) === 'active'),
    maxConcurrent: typeof limit === 'number' ? limit : undefined,
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** Formatted like Python's json.dump(…, indent=2). */
function asciiJson(value: Json): string {
  const escaped = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value, null, 2).replace(/[\u007f-\uffff]/g, escaped);
}

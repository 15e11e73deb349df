/** Rebuilds a damaged global registry from the task registries when neither a journal nor a backup exists.
 * Agents of deleted tasks are lost, because only the global registry listed them. */
import type { RegistryDocument } from '../registry/document.ts';
import type { Json } from '../registry/edit.ts';
import { localTime } from '../registry/local-time.ts';
import { recordedStatus, taskOfPath } from '../registry/merge.ts';
import { copyOf } from './apply-changes.ts';
import { type Fields, openRegistry, textAt } from './open-registry.ts';

/** @param documents all task registries of the workspace. @param now epoch milliseconds.
 * @returns the text in the orchestrator's format, with counters calculated from the entries. */
export function rebuiltIndex(documents: readonly RegistryDocument[], now: number): string {
  const tasks = documents.map(document => {
    const registry = openRegistry(document);
    return { ...registry, id: document.content.task ?? taskOfPath(document.path) };
  });
  const agents = new Map<string, ReadonlyMap<string, Json>>();
  // The global registry is keyed by id: keep the first.
  for (const { id, entries } of tasks)
    for (const entry of entries())
      if (!agents.has(entry.id)) agents.set(entry.id, copyOf(entry, ['task_id', id]));
  const active = [...agents.values()].filter(fields => isActive(textAt(fields, 'status')));
  const created = tasks.flatMap(({ fields }) => textAt(fields, 'created_at') ?? []);
  const limits = tasks
    .map(({ fields }) => fields.get('max_concurrent'))
    .filter(limit => typeof limit === 'number');
  return asciiJson({
    created_at: created.sort()[0] ?? localTime(now),
    total_tasks: tasks.length,
    active_tasks: tasks.filter(({ content }) =>
      content.entries.some(({ status }) => isActive(status)),
    ).length,
    total_agents_spawned: agents.size,
    active_agents: active.length,
    ...(limits.length > 0 ? { max_concurrent_agents: Math.max(...limits) } : {}),
    tasks: Object.fromEntries(tasks.map(({ id, fields }) => [id, summaryOf(fields)])),
    agents: Object.fromEntries(
      [...agents].map(([id, fields]) => [id, Object.fromEntries(fields)] as const),
    ),
  });
}

function summaryOf(fields: Fields) {
  return {
    description: textAt(fields, 'task_description'),
    created_at: textAt(fields, 'created_at'),
    status: textAt(fields, 'status'),
  };
}

function isActive(status: string | undefined): boolean {
  return recordedStatus(status) === 'active';
}

/** Formatted like Python's json.dump(…, indent=2). */
function asciiJson(value: object): string {
  const escaped = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value, null, 2).replace(/[\u007f-\uffff]/g, escaped);
}

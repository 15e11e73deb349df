/** The global registry made anew from the task registries, where it is broken, no journal says what was
 * meant, and no backup is left. What only it knew is lost: agents of tasks that are gone. */
import type { RegistryDocument } from '../registry/document.ts';
import type { Json } from '../registry/edit.ts';
import { parseJson } from '../registry/json.ts';
import { localTime } from '../registry/local-time.ts';
import { recordedStatus, taskOfPath } from '../registry/merge.ts';
import { shared } from './mend.ts';
import { openRegistry } from './open-registry.ts';

/** @param tasks all task registries of the workspace. @param now epoch milliseconds.
 * @returns the text, spelled as the orchestrator spells it, its counters counted. */
export function rebuiltIndex(tasks: readonly RegistryDocument[], now: number): string {
  const summaries = tasks.map(summaryOf);
  const agents = new Map<string, Map<string, Json>>();
  for (const [index, document] of tasks.entries())
    for (const entry of openRegistry(document)?.entries() ?? []) {
      // The index has one place for an id.
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
  const most = summaries.map(task => task.mostAtOnce).filter(number => number !== undefined);
  return asciiJson({
    created_at: created.sort()[0] ?? localTime(now),
    total_tasks: tasks.length,
    active_tasks: summaries.filter(task => task.isActive).length,
    total_agents_spawned: agents.size,
    active_agents: active,
    ...(most.length > 0 ? { max_concurrent_agents: Math.max(...most) } : {}),
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
  const most = top.get('max_concurrent');
  return {
    id: content.task ?? taskOfPath(path),
    fields,
    isActive: content.entries.some(entry => recordedStatus(entry.status) === 'active'),
    mostAtOnce: typeof most === 'number' ? most : undefined,
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** As Python's json.dump(…, indent=2) has it. */
function asciiJson(value: Json): string {
  const escaped = (sign: string) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value, null, 2).replace(/[\u007f-\uffff]/g, escaped);
}

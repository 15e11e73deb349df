/** All fields of one registry entry for display, including those that vigil does not know. */
import type { Reading } from '../model/model.ts';
import { parseJson } from './json.ts';

/** @param text content of a task registry or the global registry.
 * @returns field names and values in file order, or why there are none. */
export function fieldsOf(
  text: string,
  agentId: string,
): Reading<readonly (readonly [string, string])[]> {
  const parsed = parseJson(text);
  if (!parsed.ok) return parsed;
  const agents = Object.entries(Object(parsed.value)).find(([name]) => name === 'agents')?.[1];
  const entry = Array.isArray(agents)
    ? agents.find(each => Object(each).id === agentId)
    : Object.entries(Object(agents)).find(([id]) => id === agentId)?.[1];
  if (entry === undefined) return { ok: false, reason: 'the agent is no longer in it' };
  const fields = Object.entries(Object(entry)).map(
    ([name, value]) => [name, shown(value)] as const,
  );
  return { ok: true, value: fields };
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

/** How the columns of a database's table `agents` correspond to the fields of a registry entry. */
import type { Json } from './edit.ts';

/** Field and column; what is not listed here is neither read nor written. */
export const entryColumns = [
  ['id', 'agent_id'],
  ['task_id', 'task_id'],
  ['type', 'type'],
  ['parent', 'parent'],
  ['depth', 'depth'],
  ['status', 'status'],
  ['progress', 'progress'],
  ['tmux_session', 'tmux_session'],
  ['started_at', 'started_at'],
  ['last_update', 'last_update'],
  ['completed_at', 'completed_at'],
  ['terminated_at', 'terminated_at'],
  ['termination_reason', 'termination_reason'],
  ['tracked_files', 'tracked_files'],
  ['tracked_processes', 'tracked_processes'],
] as const;

/** Limits of a task, named as in its registry. */
export const limitColumns = ['max_agents', 'max_concurrent', 'max_depth'] as const;

/** Length at which the orchestrator truncates a prompt in the database. */
const maxPreviewLength = 200;

/** @param fields to write. @param now all fields of the row as it is.
 * @param columns of the table.
 * @returns values by column. Fields without a column are dropped; where no column has the time of a termination, it is
 * `completed_at`, as the orchestrator writes it. */
export function columnValues(
  fields: ReadonlyMap<string, Json>,
  now: ReadonlyMap<string, Json>,
  columns: ReadonlySet<string>,
): ReadonlyMap<string, string | number | null> {
  const values = new Map<string, string | number | null>();
  const put = (column: string, value: Json) => {
    if (columns.has(column)) values.set(column, stored(value));
  };
  for (const [field, column] of entryColumns) {
    const value = fields.get(field);
    if (value !== undefined) put(column, value);
  }
  const prompt = fields.get('prompt');
  if (typeof prompt === 'string') put('prompt_preview', prompt.slice(0, maxPreviewLength));
  const ended = fields.get('terminated_at');
  const isEndKnown = fields.has('completed_at') || now.has('completed_at');
  if (ended !== undefined && !isEndKnown) put('completed_at', ended);
  return values;
}

function stored(value: Json): string | number | null {
  if (typeof value === 'string' || typeof value === 'number' || value === null) return value;
  return typeof value === 'boolean' ? Number(value) : JSON.stringify(value);
}

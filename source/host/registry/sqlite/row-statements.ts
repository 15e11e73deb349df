/** Changes of rows as statements, with what the orchestrator writes beside a status: the latest progress of the agent,
 * and when the task was updated. */
import type { Reading } from '../../../core/model/model.ts';
import { columnValues } from '../../../core/registry/database-columns.ts';
import type { Json } from '../../../core/registry/edit.ts';
import type { RowChange } from '../../../core/registry/row-changes.ts';
import type { Tables } from './agents-table.ts';
import type { Connection, SqlValue } from './sqlite.ts';

/** Applies one change.
 * @returns whether a row changed, or why it must not. */
export function applyRowChange(
  connection: Connection,
  tables: Tables,
  change: RowChange,
): Reading<boolean> {
  const columns = tables.get('agents') ?? new Set();
  switch (change.kind) {
    case 'insert': {
      const values = columnValues(change.fields, new Map(), columns);
      insert(connection, 'agents', values);
      afterInsert(connection, tables, change);
      return { ok: true, value: true };
    }
    case 'delete':
      if (has(tables, 'agent_hierarchy', ['child_agent_id']))
        connection.run('DELETE FROM agent_hierarchy WHERE child_agent_id = ?', [change.id]);
      return changedOne(
        change,
        connection.run('DELETE FROM agents WHERE agent_id = ?', [change.id]),
      );
    case 'update': {
      const values = columnValues(change.fields, change.now, columns);
      if (values.size === 0) return { ok: true, value: false };
      const set = [...values.keys()].map(column => `"${column}" = ?`).join(', ');
      const sql = `UPDATE agents SET ${set} WHERE agent_id = ?`;
      const changed = changedOne(change, connection.run(sql, [...values.values(), change.id]));
      if (changed.ok && change.fields.has('status')) afterStatus(connection, tables, change);
      return changed;
    }
  }
}

function changedOne({ id }: RowChange, count: number): Reading<boolean> {
  if (count === 1) return { ok: true, value: true };
  return { ok: false, reason: `its table agents has ${count} rows of ${id}` };
}

function insert(
  connection: Connection,
  table: string,
  values: ReadonlyMap<string, SqlValue>,
): void {
  const columns = [...values.keys()].map(column => `"${column}"`).join(', ');
  const places = [...values].map(() => '?').join(', ');
  connection.run(`INSERT INTO ${table} (${columns}) VALUES (${places})`, [...values.values()]);
}

const hierarchy = ['task_id', 'parent_agent_id', 'child_agent_id', 'spawned_at'];

function afterInsert(
  connection: Connection,
  tables: Tables,
  { id, fields }: RowChange & { fields: ReadonlyMap<string, Json> },
): void {
  const text = textIn(fields);
  const [task, parent, time] = [text('task_id'), text('parent'), text('started_at')];
  // The orchestrator waits for the agents of a phase.
  const hasPhase =
    tables.get('agents')?.has('phase_index') &&
    has(tables, 'tasks', ['task_id', 'current_phase_index']);
  if (hasPhase)
    connection.run(
      'UPDATE agents SET phase_index = (SELECT current_phase_index FROM tasks WHERE task_id = ?) WHERE agent_id = ?',
      [task, id],
    );
  if (parent !== null && parent !== 'orchestrator' && has(tables, 'agent_hierarchy', hierarchy)) {
    const values = [task, parent, id, time] as const;
    insert(
      connection,
      'agent_hierarchy',
      new Map(hierarchy.map((column, at) => [column, values[at] ?? null])),
    );
  }
  touchTask(connection, tables, task, time);
}

const progress = ['task_id', 'agent_id', 'timestamp', 'status', 'progress', 'message'];

function afterStatus(
  connection: Connection,
  tables: Tables,
  { id, fields, now }: RowChange & { kind: 'update' },
): void {
  const [then, before] = [textIn(fields), textIn(now)];
  const [task, time, status] = [before('task_id'), then('last_update'), then('status')];
  if (task !== null && has(tables, 'agent_progress_latest', progress)) {
    const message =
      then('termination_reason') ?? `Status changed from ${before('status')} to ${status}`;
    const share = now.get('progress');
    const values: SqlValue[] = [time, status, typeof share === 'number' ? share : 0, message];
    const sql =
      'UPDATE agent_progress_latest SET timestamp = ?, status = ?, progress = ?, message = ? WHERE task_id = ? AND agent_id = ?';
    if (connection.run(sql, [...values, task, id]) === 0) {
      const all = [task, id, ...values];
      insert(
        connection,
        'agent_progress_latest',
        new Map(progress.map((column, at) => [column, all[at] ?? null])),
      );
    }
  }
  touchTask(connection, tables, task, time);
}

function touchTask(connection: Connection, tables: Tables, task: SqlValue, time: SqlValue): void {
  if (task !== null && time !== null && has(tables, 'tasks', ['task_id', 'updated_at']))
    connection.run('UPDATE tasks SET updated_at = ? WHERE task_id = ?', [time, task]);
}

function has(tables: Tables, table: string, columns: readonly string[]): boolean {
  const own = tables.get(table);
  return own !== undefined && columns.every(column => own.has(column));
}

function textIn(fields: ReadonlyMap<string, Json>) {
  return (name: string): string | null => {
    const value = fields.get(name);
    return typeof value === 'string' ? value : null;
  };
}

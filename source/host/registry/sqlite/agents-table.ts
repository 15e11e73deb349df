/** The tables of a database that vigil reads, as the text of a registry. SQLite itself writes the JSON, so that ten
 * thousand agents are ten thousand calls. */
import type { Reading } from '../../../core/model/model.ts';
import { entryColumns, limitColumns } from '../../../core/registry/database-columns.ts';
import { endOfBrackets, maxDepth } from '../../../core/registry/json.ts';
import { largestRegistryBytes, tooLarge } from '../content.ts';
import type { Connection } from './sqlite.ts';

/** The columns of each table that is there. Views, virtual tables and generated columns do not count: reading them would
 * run what their author wrote. */
export type Tables = ReadonlyMap<string, ReadonlySet<string>>;

const known = ['agents', 'tasks', 'task_config', 'agent_progress_latest', 'agent_hierarchy'];
/** One more than a registry may have. */
const mostRows = 10_001;

/** The text of a registry that has none. */
export const noAgents = '{"agents":[],"tasks":[]}';

/** Whether anything was created in the database yet. */
export function hasSchema(connection: Connection): boolean {
  return firstValues(connection, 'SELECT 1 FROM sqlite_master LIMIT 1').length > 0;
}

export function readTables(connection: Connection): Reading<Tables> {
  const names = known.map(name => `'${name}'`).join(', ');
  const found = new Map<string, ReadonlySet<string>>();
  const sql = `SELECT lower(name), type = 'table' AND rootpage > 0 FROM sqlite_master WHERE lower(name) IN (${names}) AND type IN ('table', 'view')`;
  for (const [name, isTable] of [...connection.rows(sql)]) {
    const own = `SELECT lower(name) FROM pragma_table_info('${name}')`;
    if (isTable === 1) found.set(String(name), new Set(firstValues(connection, own)));
    else if (name === 'agents')
      return { ok: false, reason: 'agents is a view or a virtual table, not a table' };
  }
  const agents = found.get('agents');
  if (agents === undefined) return { ok: false, reason: 'it has no table agents' };
  if (!agents.has('agent_id'))
    return { ok: false, reason: 'its table agents has no column agent_id' };
  return { ok: true, value: found };
}

/** @returns the text of a registry with all agents and tasks, or why there is none. */
export function readRegistryRows(connection: Connection, tables: Tables): Reading<string> {
  let bytes = 0;
  const lists: string[] = [];
  for (const sql of [agentsQuery(tables), tasksQuery(tables)]) {
    const rows: string[] = [];
    for (const [value] of sql === undefined ? [] : connection.rows(sql)) {
      const row = withoutOddId(String(value));
      bytes += row.length;
      if (bytes > largestRegistryBytes) return { ok: false, reason: tooLarge(bytes) };
      rows.push(row);
    }
    lists.push(rows.join(','));
  }
  return { ok: true, value: `{"agents":[${lists[0]}],"tasks":[${lists[1]}]}` };
}

/** Parses what `readRegistryRows` has read. A value that is nested too deep for a registry makes its own row invalid, not
 * the others. */
export function parseRows<T>(text: string, parse: (text: string) => Reading<T>): Reading<T> {
  const parsed = parse(text);
  if (parsed.ok || endOfBrackets(text, 0) !== undefined) return parsed;
  const { agents, tasks } = JSON.parse(text) as { agents: object[]; tasks: object[] };
  return parse(JSON.stringify({ agents: agents.map(withoutDeepValues), tasks }));
}

function withoutDeepValues(row: object): object {
  // In the text of the registry it is in an object, a list and another object.
  const isDeep = (value: unknown) => endOfBrackets(`[[[${JSON.stringify(value)}`, 0) === undefined;
  return Object.fromEntries(
    Object.entries(row).map(([field, value]) => [
      field,
      isDeep(value) ? `nested more than ${maxDepth} levels deep` : value,
    ]),
  );
}

/** No statement finds a row by an id with bytes that are no text, or with an end of text inside: it is none, so that the
 * changes of other rows are made. */
function withoutOddId(row: string): string {
  const [id] = /^{"id":"(?:[^"\\]|\\.)*"/.exec(row) ?? [];
  const isOdd = id !== undefined && /\ufffd|\\u0000/.test(id);
  return isOdd ? `{"id":{}${row.slice(id.length)}` : row;
}

/** @returns every column of one agent, as the text of a registry. */
export function readAgentRow(connection: Connection, tables: Tables, agentId: string): string {
  const columns = [...(tables.get('agents') ?? [])].slice(0, mostColumns);
  const fields = columns.map(column => `'${column.replaceAll("'", "''")}', ${jsonOf(column)}`);
  const sql = `SELECT json_patch('{}', json_object('id', ${jsonOf('agent_id')}, ${fields.join(', ')})) FROM agents WHERE agent_id = ?`;
  return `{"agents":[${firstValues(connection, sql, [agentId]).join(',')}]}`;
}

/** SQLite's functions take 100 or 127 arguments. */
const mostColumns = 48;

function agentsQuery(tables: Tables): string {
  const columns = tables.get('agents') ?? new Set();
  const fields = entryColumns
    .filter(([, column]) => columns.has(column))
    .map(([field, column]) => `'${field}', ${jsonOf(column)}`);
  return `SELECT json_patch('{}', json_object(${fields.join(', ')})) FROM agents LIMIT ${mostRows}`;
}

function tasksQuery(tables: Tables): string | undefined {
  const columns = tables.get('tasks');
  if (columns?.has('task_id') !== true) return undefined;
  const limits = tables.get('task_config') ?? new Set();
  const isLimited = limits.has('task_id');
  const fields = [
    `'task_id', ${jsonOf('task_id', 'tasks')}`,
    ...(columns.has('description') ? [`'description', ${shortText('tasks.description')}`] : []),
    ...limitColumns
      .filter(column => isLimited && limits.has(column))
      .map(column => `'${column}', ${jsonOf(column, 'task_config')}`),
  ];
  const join = isLimited ? ' LEFT JOIN task_config ON task_config.task_id = tasks.task_id' : '';
  return `SELECT json_patch('{}', json_object(${fields.join(', ')})) FROM tasks${join} LIMIT ${mostRows}`;
}

/** Lists and objects are stored as JSON; the orchestrator writes no session as an empty text. Bytes and infinity,
 * which JSON has no word for, become an object that no field accepts. */
function jsonOf(column: string, table = 'agents'): string {
  const value = `${table}.${quoted(column)}`;
  const text = column === 'tmux_session' ? `nullif(${value}, '')` : value;
  const isJson = column.startsWith('tracked_');
  const json = isJson ? ` WHEN json_valid(${value}) THEN json(${value})` : '';
  const isOdd = `typeof(${value}) = 'blob' OR typeof(${value}) = 'real' AND abs(${value}) = 9e999`;
  return `CASE WHEN ${isOdd} THEN json('{}')${json} ELSE ${text} END`;
}

function shortText(value: string): string {
  return `CASE WHEN typeof(${value}) = 'text' THEN substr(${value}, 1, 2000) END`;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function firstValues(connection: Connection, sql: string, values: readonly string[] = []) {
  return [...connection.rows(sql, values)].map(([value]) => String(value));
}

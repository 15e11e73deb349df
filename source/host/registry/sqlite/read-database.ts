/** Reads the agents of a database without changing it, and without waiting long for a lock. */
import type { Reading, RegistryContent } from '../../../core/model/model.ts';
import { type RegistryDocument, readDocument } from '../../../core/registry/document.ts';
import { fieldsOf } from '../../../core/registry/fields.ts';
import { parseRegistry } from '../../../core/registry/parse.ts';
import {
  hasSchema,
  noAgents,
  parseRows,
  readAgentRow,
  readRegistryRows,
  readTables,
  type Tables,
} from './agents-table.ts';
import {
  checkFiles,
  type DatabaseFiles,
  databaseFault,
  isBusy,
  notInstalled,
} from './database-faults.ts';
import { loadSqlite } from './load-sqlite.ts';
import type { Connection, OpenMode, Sqlite } from './sqlite.ts';

export { checkFiles };

/** A poll goes on without a database that is locked for longer. */
const pollWaitMs = 100;
const betweenTriesMs = 10;
/** On a busy machine a few tries take that long, and a program that writes all the time holds its lock at each. */
const leastTries = 15;
const mostWaits = 10;
const recentMs = 50;

/** Never throws.
 * @param before what it held before: entries that say the same are the same objects again. */
export async function readDatabase(
  path: string,
  before?: RegistryContent,
): Promise<Reading<RegistryContent>> {
  const text = await readText(path);
  return text.ok ? parseRows(text.value, rows => parseRegistry(rows, 'database', before)) : text;
}

/** Like `readDatabase`, with the text that edits refer to. */
export async function readDatabaseDocument(path: string): Promise<Reading<RegistryDocument>> {
  const text = await readText(path);
  return text.ok ? parseRows(text.value, rows => readDocument(path, 'database', rows)) : text;
}

/** @returns names and values of an agent's columns. */
export async function readDatabaseFields(
  path: string,
  agentId: string,
): Promise<Reading<readonly (readonly [string, string])[]>> {
  const text = await readSettled(path, pollWaitMs, (connection, tables) => ({
    ok: true,
    value: readAgentRow(connection, tables, agentId),
  }));
  return text.ok ? fieldsOf(text.value, agentId) : text;
}

function readText(path: string): Promise<Reading<string>> {
  return readSettled(path, pollWaitMs, readRegistryRows);
}

/** @returns which SQLite it is read through, with its version. */
export async function libraryName(): Promise<string> {
  return (await loadSqlite())?.name ?? 'no library';
}

type Read = (connection: Connection, tables: Tables) => Reading<string>;

/** Reads in one transaction, so that all tables are of one moment. */
function readSettled(path: string, waitMs: number, read: Read): Promise<Reading<string>> {
  return withDatabase(path, waitMs, (connection, { isEmpty }) => {
    if (isEmpty) return { ok: true, value: noAgents };
    connection.run('BEGIN');
    // A copy of an empty file is a page long.
    if (!hasSchema(connection)) return { ok: true, value: noAgents };
    const tables = readTables(connection);
    return tables.ok ? read(connection, tables.value) : tables;
  });
}

/** Opens a database for reading; tries again while another program has it locked, or changes it at rest.
 * @param use synchronous. */
export async function withDatabase<T>(
  path: string,
  waitMs: number,
  use: (connection: Connection, files: DatabaseFiles) => Reading<T>,
): Promise<Reading<T>> {
  const began = performance.now();
  for (let locked = 0; ; ) {
    const files = checkFiles(path);
    if (!files.ok) return files;
    const sqlite = await loadSqlite();
    if (sqlite === undefined) return { ok: false, reason: notInstalled };
    const waitedMs = performance.now() - began;
    const isLast = waitedMs >= waitMs * (locked < leastTries ? mostWaits : 1);
    // At rest no lock is taken, and no file is made beside it. A file that is not at rest for long, as the orchestrator
    // opens it for each of its writes, is locked like any that is open.
    const isAtRest = files.value.isAtRest && waitedMs < waitMs / 2;
    const mode = isAtRest ? 'immutable' : 'read';
    const result =
      isAtRest && isRecent(files.value)
        ? 'busy'
        : tryOnce(sqlite.open, path, mode, connection => use(connection, files.value));
    if (result !== 'busy' && (!isAtRest || isUnchanged(path, files.value))) return result;
    if (!isAtRest) locked++;
    if (isLast) return { ok: false, reason: 'locked by another program' };
    await new Promise(resolve => setTimeout(resolve, betweenTriesMs));
  }
}

function tryOnce<T>(
  open: Sqlite['open'],
  path: string,
  mode: OpenMode,
  use: (connection: Connection) => Reading<T>,
): Reading<T> | 'busy' {
  let connection: Connection | undefined;
  try {
    connection = open(path, mode);
    for (const pragma of ['query_only = ON', ...carefully]) connection.run(`PRAGMA ${pragma}`);
    return use(connection);
  } catch (error) {
    return isBusy(error) ? 'busy' : { ok: false, reason: databaseFault(error) };
  } finally {
    connection?.close();
  }
}

/** The schema may have been written by anything. */
export const carefully = ['trusted_schema = OFF', 'cell_size_check = ON', 'mmap_size = 0'];

/** A write in the same tick of the file system's clock would not show. */
function isRecent({ modified }: DatabaseFiles): boolean {
  const ageMs = Date.now() - Number(modified / 1_000_000n);
  return ageMs >= 0 && ageMs < recentMs;
}

function isUnchanged(path: string, { stamp }: DatabaseFiles): boolean {
  const now = checkFiles(path);
  return now.ok && now.value.stamp === stamp;
}

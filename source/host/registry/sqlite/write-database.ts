/** One transaction on a database: BEGIN IMMEDIATE, read, change, COMMIT. Its lock is waited for without blocking. */
import { lstatSync } from 'node:fs';
import { type RegistryDocument, readDocument } from '../../../core/registry/document.ts';
import type { Edit } from '../../../core/registry/edit.ts';
import { rowChanges } from '../../../core/registry/row-changes.ts';
import { writerOf } from '../../lock/lock-holders.ts';
import { tryTo } from '../../run/try-to.ts';
import { Refusal } from '../update-refusal.ts';
import { parseRows, readRegistryRows, readTables, type Tables } from './agents-table.ts';
import { checkFiles, databaseFault, isBusy, isOfOneRow, notInstalled } from './database-faults.ts';
import { loadSqlite } from './load-sqlite.ts';
import { carefully } from './read-database.ts';
import { applyRowChange } from './row-statements.ts';
import type { Connection } from './sqlite.ts';

const betweenTriesMs = 10;
const replaced = 'it was deleted, or another file was put in its place';

/** Aborts an update because another program holds the database's lock. */
export class DatabaseBusy extends Error {
  constructor(
    readonly path: string,
    readonly holder: string,
  ) {
    super(`${path} is locked`);
  }
}

/** A database in a transaction. */
export type OpenDatabase = {
  readonly path: string;
  readonly document: RegistryDocument;
  /** @throws Refusal; the transaction can then only be closed. */
  change(edits: readonly Edit[]): void;
  /** Keeps the changes, if there are any.
   * @returns the time of the write in nanoseconds since the epoch. @throws Refusal, DatabaseBusy. */
  commit(): Promise<bigint | undefined>;
  /** Rolls back what is not committed. Never throws. */
  close(): void;
};

/** How long a lock is waited for at most, epoch milliseconds. */
export type Wait = {
  /** Of the whole update. */
  readonly deadline: number;
  /** To begin the transaction: no later than `deadline`. */
  readonly untilMs: number;
};

/** Begins a transaction.
 * @throws Refusal, DatabaseBusy. */
export async function openDatabase(path: string, wait: Wait): Promise<OpenDatabase> {
  const { deadline, untilMs } = wait;
  const files = checkFiles(path, 'write');
  if (!files.ok) throw new Refusal(path, files.reason);
  const sqlite = await loadSqlite();
  if (sqlite === undefined) throw new Refusal(path, notInstalled);
  let connection: Connection | undefined;
  const file = identityAt(path);
  try {
    const open = sqlite.open(path, 'write');
    connection = open;
    for (const pragma of ['foreign_keys = ON', ...carefully]) open.run(`PRAGMA ${pragma}`);
    await whenFree(path, Math.min(deadline, untilMs), () => open.run('BEGIN IMMEDIATE'));
    // The lock that was waited for is the old file's.
    if (file === undefined || identityAt(path) !== file) {
      if (Date.now() >= deadline) throw new Refusal(path, replaced);
      open.close();
      connection = undefined;
      return await openDatabase(path, wait);
    }
    const tables = readTables(open);
    if (!tables.ok) throw new Refusal(path, tables.reason);
    const text = readRegistryRows(open, tables.value);
    if (!text.ok) throw new Refusal(path, text.reason);
    const document = parseRows(text.value, rows => readDocument(path, 'database', rows));
    if (!document.ok) throw new Refusal(path, document.reason);
    return transactionOn(open, document.value, { tables: tables.value, deadline, file });
  } catch (error) {
    connection?.close();
    throw refusalOf(path, error);
  }
}

/** @property file the identity of the file that is open. */
type Transaction = {
  readonly tables: Tables;
  readonly deadline: number;
  readonly file: string;
};

function transactionOn(
  connection: Connection,
  document: RegistryDocument,
  { tables, deadline, file }: Transaction,
): OpenDatabase {
  const { path } = document;
  let isChanged = false;
  const requireInPlace = () => {
    if (identityAt(path) !== file) throw new Refusal(path, replaced);
  };
  return {
    path,
    document,
    change(edits) {
      const changes = rowChanges(document, edits);
      if (!changes.ok) throw new Refusal(path, changes.reason);
      if (changes.value.length === 0) return;
      const isEnding = changes.value.some(
        each => each.kind === 'update' && each.fields.has('status'),
      );
      if (isEnding && tables.get('agents')?.has('status') !== true)
        throw new Refusal(path, 'its table agents has no column status');
      requireInPlace();
      let agentId: string | undefined;
      try {
        const triggers = triggersOf(connection);
        if (triggers.length > 0)
          throw new Refusal(path, `a change would run its trigger ${triggers.join(' and ')}`);
        for (const change of changes.value) {
          agentId = change.id;
          const applied = applyRowChange(connection, tables, change);
          if (!applied.ok) throw new Refusal(path, applied.reason, agentId);
          isChanged ||= applied.value;
        }
      } catch (error) {
        throw refusalOf(path, error, agentId);
      }
    },
    async commit() {
      if (!isChanged) return undefined;
      requireInPlace();
      try {
        // In a database without a WAL, readers are waited for.
        await whenFree(path, deadline, () => connection.run('COMMIT'));
      } catch (error) {
        throw refusalOf(path, error);
      }
      requireInPlace();
      connection.close();
      const files = checkFiles(path);
      return files.ok ? files.value.modified : undefined;
    },
    close: () => connection.close(),
  };
}

/** SQLite goes on with the file that it has opened: with a WAL it does not notice that the path leads to another one. */
function identityAt(path: string): string | undefined {
  const info = tryTo(() => lstatSync(path, { bigint: true }));
  return info && `${info.dev} ${info.ino}`;
}

/** A trigger runs what its author wrote, for as long as it likes, while the registries are locked. */
function triggersOf(connection: Connection): readonly string[] {
  const tables = `('agents', 'tasks', 'agent_progress_latest', 'agent_hierarchy')`;
  const sql = `SELECT name FROM sqlite_master WHERE type = 'trigger' AND lower(tbl_name) IN ${tables} LIMIT 3`;
  return [...connection.rows(sql)].map(([name]) => String(name));
}

async function whenFree(path: string, deadline: number, work: () => void): Promise<void> {
  for (;;) {
    try {
      work();
      return;
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (Date.now() >= deadline) throw new DatabaseBusy(path, await writerOf(path));
    }
    // At different moments, so that two writers do not stay in step.
    const pauseMs = betweenTriesMs * (0.5 + Math.random());
    await new Promise(resolve => setTimeout(resolve, pauseMs));
  }
}

function refusalOf(path: string, error: unknown, agentId?: string): Error {
  if (error instanceof Refusal || error instanceof DatabaseBusy) return error;
  return new Refusal(path, databaseFault(error), isOfOneRow(error) ? agentId : undefined);
}

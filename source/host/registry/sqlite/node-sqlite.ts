/** SQLite through `node:sqlite`, which Node has from 22.13 on. */
import {
  type Connection,
  immutableUri,
  type OpenMode,
  type Sqlite,
  SqliteError,
  type SqlValue,
} from './sqlite.ts';

/** The parts of node:sqlite that are used; @types/node describes the oldest Node, which has none. */
type NodeSqlite = {
  readonly DatabaseSync: new (
    path: string | URL,
    options: { readonly readOnly: boolean },
  ) => NodeDatabase;
};
type NodeDatabase = { prepare(sql: string): NodeStatement; close(): void };
type NodeStatement = {
  iterate(...values: readonly SqlValue[]): Iterable<Readonly<Record<string, SqlValue>>>;
  run(...values: readonly SqlValue[]): { readonly changes: number | bigint };
};

/** @returns nothing if this Node has no such module. */
export function loadNodeSqlite(): Sqlite | undefined {
  const module = withoutWarning(() => process.getBuiltinModule?.('node:sqlite')) as
    | NodeSqlite
    | undefined;
  if (module === undefined) return undefined;
  const { DatabaseSync } = module;
  return {
    name: `node:sqlite ${process.versions.sqlite ?? ''}`.trim(),
    open: (path, mode) => attempt(() => connectionOf(opened(DatabaseSync, path, mode))),
  };
}

function opened(Database: NodeSqlite['DatabaseSync'], path: string, mode: OpenMode) {
  if (mode !== 'immutable') return new Database(path, { readOnly: mode === 'read' });
  try {
    return new Database(new URL(immutableUri(path)), { readOnly: true });
  } catch (error) {
    // Node before 22.15 takes no URL.
    if (!(error instanceof TypeError)) throw error;
    return new Database(path, { readOnly: true });
  }
}

function connectionOf(database: NodeDatabase): Connection {
  return {
    *rows(sql, values = []) {
      const rows = attempt(() =>
        database
          .prepare(sql)
          .iterate(...values)
          [Symbol.iterator](),
      );
      for (;;) {
        const next = attempt(() => rows.next());
        if (next.done) return;
        yield Object.values(next.value);
      }
    },
    run: (sql, values = []) => attempt(() => Number(database.prepare(sql).run(...values).changes)),
    close() {
      try {
        database.close();
      } catch {
        // It is closed already.
      }
    },
  };
}

function attempt<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { errcode, message } = error as Error & { readonly errcode?: number };
    if (errcode === undefined) throw error;
    throw new SqliteError(errcode, message);
  }
}

/** Node warns on stderr that the module is experimental when it is loaded. */
function withoutWarning<T>(work: () => T): T {
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    return work();
  } finally {
    process.emitWarning = emitWarning;
  }
}

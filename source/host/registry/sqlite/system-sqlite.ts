/** SQLite through the system's own library, which is wherever Python or sqlite3(1) is. */
import { type Koffi, loadKoffi } from '../../lock/native-calls.ts';
import { tryTo } from '../../run/try-to.ts';
import {
  type Connection,
  immutableUri,
  type OpenMode,
  type Sqlite,
  SqliteError,
  type SqlValue,
} from './sqlite.ts';

const libraries = [
  'libsqlite3.so.0',
  'libsqlite3.so',
  '/usr/lib/libsqlite3.dylib',
  'libsqlite3.dylib',
];

/** From sqlite3.h. */
const flags: Readonly<Record<OpenMode, number>> = { read: 1, write: 2, immutable: 1 | 0x40 };
const [row, done] = [100, 101];
const limitOfLength = 0;
const [integer, float, text] = [1, 2, 3];
const misuse = 21;

/** No value of an agent or a task is longer: a longer one is an error instead of memory. */
const longestValueBytes = 64e6;

/** @returns nothing if the library is not installed. @throws if koffi cannot be loaded. */
export async function loadSystemSqlite(): Promise<Sqlite | undefined> {
  const koffi = await loadKoffi();
  const api = koffi === undefined ? undefined : apiOf(koffi);
  if (api === undefined) return undefined;
  return { name: `libsqlite3 ${api.version()}`, open: (path, mode) => open(api, path, mode) };
}

/** A pointer, as koffi has it. */
type Pointer = unknown;
type Out = [Pointer];
type Api = ReturnType<typeof functionsOf>;

function apiOf(koffi: Koffi): Api | undefined {
  for (const name of libraries) {
    const library = tryTo(() => koffi.load(name));
    if (library !== undefined) return functionsOf(library);
  }
  return undefined;
}

function functionsOf(library: ReturnType<Koffi['load']>) {
  const on = <T>(result: string, name: string) =>
    library.func<(handle: Pointer) => T>(`${result} sqlite3_${name}(void *)`);
  const ofColumn = <T>(result: string, name: string) =>
    library.func<(statement: Pointer, column: number) => T>(
      `${result} sqlite3_${name}(void *, int)`,
    );
  return {
    version: library.func<() => string>('const char *sqlite3_libversion()'),
    open: library.func<(path: string, out: Out, flags: number, vfs: null) => number>(
      'int sqlite3_open_v2(const char *, _Out_ void **, int, const char *)',
    ),
    extendedCodes: library.func<(database: Pointer, on: number) => number>(
      'int sqlite3_extended_result_codes(void *, int)',
    ),
    limit: library.func<(database: Pointer, id: number, value: number) => number>(
      'int sqlite3_limit(void *, int, int)',
    ),
    prepare: library.func<
      (database: Pointer, sql: string, bytes: number, out: Out, tail: null) => number
    >('int sqlite3_prepare_v2(void *, const char *, int, _Out_ void **, void *)'),
    bindText: library.func<
      (statement: Pointer, at: number, value: string, bytes: number, copy: number) => number
    >('int sqlite3_bind_text(void *, int, const char *, int, intptr_t)'),
    bindNumber: library.func<(statement: Pointer, at: number, value: number) => number>(
      'int sqlite3_bind_double(void *, int, double)',
    ),
    bindInteger: library.func<(statement: Pointer, at: number, value: number) => number>(
      'int sqlite3_bind_int64(void *, int, int64_t)',
    ),
    bindNull: ofColumn<number>('int', 'bind_null'),
    step: on<number>('int', 'step'),
    finalize: on<number>('int', 'finalize'),
    columns: on<number>('int', 'column_count'),
    typeOf: ofColumn<number>('int', 'column_type'),
    textAt: ofColumn<string | null>('const char *', 'column_text'),
    numberAt: ofColumn<number>('double', 'column_double'),
    changes: on<number>('int', 'changes'),
    message: on<string | null>('const char *', 'errmsg'),
    close: on<number>('int', 'close_v2'),
  };
}

function open(api: Api, path: string, mode: OpenMode): Connection {
  const out: Out = [null];
  const code = api.open(mode === 'immutable' ? immutableUri(path) : path, out, flags[mode], null);
  const [database] = out;
  const fail = (failed: number) =>
    new SqliteError(failed, api.message(database) ?? 'SQLite failed');
  if (code !== 0) {
    const error = fail(code);
    api.close(database);
    throw error;
  }
  api.extendedCodes(database, 1);
  api.limit(database, limitOfLength, longestValueBytes);
  let isOpen = true;
  /** @returns the prepared statement with its values. */
  const prepare = (sql: string, values: readonly SqlValue[]): Pointer => {
    if (!isOpen) throw new SqliteError(misuse, 'the database is closed');
    const made: Out = [null];
    const prepared = api.prepare(database, sql, -1, made, null);
    if (prepared !== 0) throw fail(prepared);
    const [statement] = made;
    for (const [index, value] of values.entries()) {
      const bound = bind(api, statement, index + 1, value);
      if (bound === 0) continue;
      api.finalize(statement);
      throw fail(bound);
    }
    return statement;
  };
  function* rows(sql: string, values: readonly SqlValue[] = []) {
    const statement = prepare(sql, values);
    try {
      const count = api.columns(statement);
      for (;;) {
        const stepped = api.step(statement);
        if (stepped === done) return;
        if (stepped !== row) throw fail(stepped);
        yield Array.from({ length: count }, (_, index) => valueAt(api, statement, index));
      }
    } finally {
      api.finalize(statement);
    }
  }
  return {
    rows,
    run(sql, values) {
      for (const _ of rows(sql, values));
      return api.changes(database);
    },
    close() {
      // A second call would free it again.
      if (isOpen) api.close(database);
      isOpen = false;
    },
  };
}

/** Tells SQLite to copy the text. */
const transient = -1;

function bind(api: Api, statement: Pointer, at: number, value: SqlValue): number {
  if (value === null) return api.bindNull(statement, at);
  if (typeof value === 'string')
    return api.bindText(statement, at, value, Buffer.byteLength(value), transient);
  return Number.isSafeInteger(value)
    ? api.bindInteger(statement, at, value)
    : api.bindNumber(statement, at, value);
}

function valueAt(api: Api, statement: Pointer, column: number): SqlValue {
  const type = api.typeOf(statement, column);
  if (type === text) return api.textAt(statement, column);
  return type === integer || type === float ? api.numberAt(statement, column) : null;
}

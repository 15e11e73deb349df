/** SQLite as vigil uses it, whichever library it comes from. */

export type SqlValue = string | number | null;

/** An open database. Every method throws `SqliteError`; none waits for a lock. */
export type Connection = {
  /** Rows as lists of values, read as they are taken. Columns must have different names. */
  rows(sql: string, values?: readonly SqlValue[]): Iterable<readonly SqlValue[]>;
  /** @returns how many rows the statement changed. */
  run(sql: string, values?: readonly SqlValue[]): number;
  /** Never throws. */
  close(): void;
};

/** `immutable`: read without locks and without files beside it, for a file that no program has open. */
export type OpenMode = 'read' | 'immutable' | 'write';

export type Sqlite = {
  /** With its version, for doctor. */
  readonly name: string;
  /** Opens an existing file. */
  open(path: string, mode: OpenMode): Connection;
};

/** @property code SQLite's extended result code. */
export class SqliteError extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

/** A path as SQLite's URI of a file that nothing changes. */
export function immutableUri(path: string): string {
  return `file:${path.split('/').map(encodeURIComponent).join('/')}?immutable=1`;
}

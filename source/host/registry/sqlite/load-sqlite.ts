/** Node's own SQLite where Node has one, else the system's library. Loaded with the first database that is found. */
import { loadNodeSqlite } from './node-sqlite.ts';
import type { Sqlite } from './sqlite.ts';
import { loadSystemSqlite } from './system-sqlite.ts';

let loaded: Promise<Sqlite | undefined> | undefined;

/** @returns nothing if neither is installed. */
export function loadSqlite(): Promise<Sqlite | undefined> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<Sqlite | undefined> {
  return loadNodeSqlite() ?? (await loadSystemSqlite().catch(() => undefined));
}

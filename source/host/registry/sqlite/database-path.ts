/** Where the orchestrator keeps its database, below the workspace. */
export const databasePath = 'registry/state.sqlite3';

/** Other code that reads registry files by path must not open a database: closing it would release SQLite's locks. */
export function isDatabase(path: string): boolean {
  return path.endsWith(`/${databasePath}`);
}

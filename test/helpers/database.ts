/** A workspace's database, written and read by Python as the orchestrator does. */
import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { stateDb } from './programs.ts';
import { type AgentSpec, entryOf } from './workspace.ts';

export type DatabaseRow = Readonly<Record<string, string | number | null>>;

export type TestDatabase = {
  readonly path: string;
  /** Adds or replaces tasks and agents; creates the tables if there are none. */
  fill(task: string, agents: readonly AgentSpec[], more?: Record<string, readonly object[]>): void;
  rows(): Readonly<
    Record<'agents' | 'tasks' | 'agent_progress_latest' | 'agent_hierarchy', DatabaseRow[]>
  >;
  statuses(): ReadonlyMap<string, string>;
  /** A statement, in a connection of its own. */
  sql(statement: string): void;
  /** SQLite's own verdict: `ok`. */
  check(): string;
  /** Holds the write lock until it is released. */
  hold(): Promise<{ release(): Promise<void>; readonly pid: number }>;
};

export function createDatabase(workspace: string): TestDatabase {
  const path = join(workspace, 'registry', 'state.sqlite3');
  const run = (words: readonly string[], input = '') =>
    execFileSync('python3', [stateDb, ...words], { input, encoding: 'utf8', maxBuffer: 64e6 });
  const rows = () => JSON.parse(run(['rows', path]));
  return {
    path,
    fill(task, agents, more = {}) {
      const rowsOfAgents = agents.map(agent => {
        const { id, ...fields } = { ...agent, ...entryOf(agent) };
        return { agent_id: id, task_id: task, ...fields };
      });
      const tasks = [{ task_id: task, description: `about ${task}`, current_phase_index: 2 }];
      run(['fill', path], JSON.stringify({ tasks, agents: rowsOfAgents, ...more }));
    },
    rows,
    statuses: () =>
      new Map(rows().agents.map((row: DatabaseRow) => [String(row.agent_id), String(row.status)])),
    sql: statement => void run(['sql', path, statement]),
    check: () => run(['check', path]).trim(),
    async hold() {
      const child = spawn('python3', [stateDb, 'hold', path], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      const ended = new Promise(resolve => child.on('close', resolve));
      await new Promise(resolve => child.stdout.once('data', resolve));
      return {
        pid: child.pid as number,
        async release() {
          child.stdin.end();
          await ended;
        },
      };
    },
  };
}

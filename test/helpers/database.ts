/** Workspaces' databases, written and read by Python as the orchestrator does. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { stateDb } from './programs.ts';
import { type AgentSpec, entryOf } from './workspace.ts';

export type DatabaseRow = Readonly<Record<string, string | number | null>>;

type Tables = Readonly<
  Record<'agents' | 'tasks' | 'agent_progress_latest' | 'agent_hierarchy', DatabaseRow[]>
>;

type Held = { release(): Promise<void>; readonly pid: number };

export type TestDatabase = {
  readonly path: string;
  /** Adds or replaces a task and agents; creates the tables if there are none. */
  fill(
    task: string,
    agents: readonly AgentSpec[],
    more?: Record<string, readonly object[]>,
  ): Promise<void>;
  rows(): Promise<Tables>;
  statuses(): Promise<ReadonlyMap<string, string>>;
  /** A statement, in a connection of its own. */
  sql(statement: string): Promise<void>;
  /** Ends an agent as the orchestrator does. */
  end(agent: string, status: string): Promise<void>;
  /** SQLite's own verdict: `ok`. */
  check(): Promise<string>;
  /** Another process holds the write lock until it is released. */
  hold(): Promise<Held>;
  /** Another process has it locked for readers too, until it is released. */
  lock(): Promise<Held>;
};

export type Python = {
  database(workspace: string): TestDatabase;
  close(): void;
};

/** One Python for all databases of a test file: its start costs more than most statements. */
export function startPython(): Python {
  const child = spawn('python3', [stateDb, 'serve'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers: ((line: string) => void)[] = [];
  createInterface(child.stdout).on('line', line => answers.shift()?.(line));
  const ask = (command: string, ...words: readonly unknown[]) =>
    new Promise<never>((resolve, reject) => {
      child.once('close', reject);
      answers.push(line => {
        child.off('close', reject);
        resolve(JSON.parse(line) as never);
      });
      child.stdin.write(`${JSON.stringify([command, ...words])}\n`);
    });
  return {
    database(workspace) {
      const path = join(workspace, 'registry', 'state.sqlite3');
      const rows = (): Promise<Tables> => ask('rows', path);
      return {
        path,
        fill(task, agents, more = {}) {
          const filled = agents.map(agent => {
            const { id, ...fields } = { ...agent, ...entryOf(agent) };
            return { agent_id: id, task_id: task, ...fields };
          });
          const tasks = [{ task_id: task, description: `about ${task}`, current_phase_index: 2 }];
          return ask('fill', path, { tasks, agents: filled, ...more });
        },
        rows,
        statuses: async () =>
          new Map((await rows()).agents.map(row => [String(row.agent_id), String(row.status)])),
        sql: statement => ask('sql', path, statement),
        end: (agent, status) => ask('end', path, agent, status),
        check: () => ask('check', path),
        hold: () => holdIn(path, 'hold'),
        lock: () => holdIn(path, 'lock'),
      };
    },
    close: () => void child.stdin.end(),
  };
}

async function holdIn(path: string, how: 'hold' | 'lock'): Promise<Held> {
  const child = spawn('python3', [stateDb, how, path], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise(resolve => child.on('close', resolve));
  await new Promise(resolve => child.stdout.once('data', resolve));
  return {
    pid: child.pid as number,
    async release() {
      child.stdin.end();
      await ended;
    },
  };
}

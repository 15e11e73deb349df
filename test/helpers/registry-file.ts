/** One registry file written by many processes, and an independent view of it. */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { asUser } from './people.ts';

export type RegistryFile = {
  readonly path: string;
  readonly acknowledgements: string;
  /** The numbers by agent id, by a plain read. Throws if it is not JSON. */
  counts(): Map<string, number>;
  /** The highest number whose write was acknowledged, per writer. */
  acknowledged(): Map<string, number>;
  /** Unexpected files beside it. */
  leftBeside(): string[];
  /** Makes the queue lock of a killed vigil stale at once instead of after two seconds. */
  ageQueueLock(): void;
  close(): void;
};

/** @param text the whole file, if it should contain something other than counting agents. */
export function createRegistryFile(agents: number, text?: string, parent = tmpdir()): RegistryFile {
  const workspace = join(mkdtempSync(join(parent, 'vigil-registry-')), '.agent-workspace');
  const path = join(workspace, 'TASK-1', 'AGENT_REGISTRY.json');
  mkdirSync(dirname(path), { recursive: true });
  mkdirSync(join(workspace, 'registry'));
  writeFileSync(path, text ?? registryText(agents));
  const acknowledgements = join(workspace, 'acknowledgements');
  return {
    path,
    acknowledgements,
    counts() {
      const { agents: list } = JSON.parse(readFileSync(path, 'utf8'));
      return new Map(list.map(({ id, count }: { id: string; count: number }) => [id, count]));
    },
    acknowledged() {
      const highest = new Map<string, number>();
      if (!existsSync(acknowledgements)) return highest;
      for (const line of readFileSync(acknowledgements, 'utf8').split('\n').filter(Boolean)) {
        const [id = '', count] = line.split(' ');
        highest.set(id, Math.max(highest.get(id) ?? 0, Number(count)));
      }
      return highest;
    },
    leftBeside: () => readdirSync(dirname(path)).filter(name => name !== 'AGENT_REGISTRY.json'),
    ageQueueLock() {
      const lock = `${path}.lock`;
      if (existsSync(lock)) utimesSync(lock, new Date(0), new Date(0));
    },
    close: () => rmSync(dirname(workspace), { recursive: true, force: true }),
  };
}

export function registryText(agents: number): string {
  const list = Array.from({ length: agents }, (_, index) => ({
    id: `a${index}`,
    status: 'working',
    count: 0,
    filler: '',
  }));
  const text = JSON.stringify(
    { task_id: 'TASK-1', agents: list, active_count: 0, kept: 1 },
    null,
    2,
  );
  return text.replace('"kept": 1', '"kept": [1.0, 1E5, 12345678901234567890]');
}

export type Ended = {
  readonly code: number | null;
  readonly signal: string | null;
  readonly said: string;
};

/** Starts a test program. */
export function start(
  program: string,
  words: readonly (string | number)[],
  env: Readonly<Record<string, string | undefined>> = {},
  uid?: number,
): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  // A Python of root's own must not be found on the path.
  const python = uid === undefined ? 'python3' : '/usr/bin/python3';
  const command = program.endsWith('.py') ? python : process.execPath;
  const [first = '', ...rest] = [...asUser(uid), command, program, ...words.map(String)];
  const child = spawn(first, rest, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', text => {
    said += text;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, said }));
  });
  return { child, ended };
}

/** Real processes that stand in for agents. Each creates a file when it is ready. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.ts';

/** A shell script named after the agent: it reports that it is ready, then waits forever. With
 * `LEAK=<program>` it first starts that program in its own session. */
const agentScript = `#!/bin/bash
if [ -n "$LEAK" ]; then
  setsid "$LEAK" "$LEAK_PID_FILE" </dev/null >/dev/null 2>&1 &
  until [ -s "$LEAK_PID_FILE" ]; do sleep 0.01; done
fi
[ -n "$READY_FILE" ] && echo $$ > "$READY_FILE"
exec 9<> "$FIFO"
read -r -u 9 _
`;

/** Reports its pid, then waits forever. */
const serverScript = `#!/bin/bash
echo $$ > "$1"
exec 9<> "$FIFO"
read -r -u 9 _
`;

const zombieScript = `
import os, signal, sys
pid = os.fork()
if pid == 0:
    os._exit(0)
with open(sys.argv[1], 'w') as file:
    file.write(str(pid))
while True:
    signal.pause()
`;

export type StandIns = {
  /** A private directory; removed by close(). */
  readonly directory: string;
  /** Path of a program of this name that behaves like an agent. */
  agent(name: string): string;
  /** Path of a program of this name that behaves like a server started by an agent. */
  server(name: string): string;
  /** Environment of a stand-in, with a file for its pid. */
  environment(): { readonly env: Record<string, string>; ready(): Promise<number> };
  /** Starts a child of this test; ended by close(). */
  start(command: string, words: readonly string[], env?: Record<string, string>): ChildProcess;
  /** A zombie with a parent that never waits. */
  zombie(): Promise<{ readonly pid: number; readonly parent: number }>;
  /** Registers a pid that the test started indirectly; ended by close(). */
  adopt(pid: number): void;
  close(): void;
};

export function createStandIns(): StandIns {
  const directory = mkdtempSync(join(tmpdir(), 'vigil-test-'));
  const bin = join(directory, 'bin');
  const fifo = join(directory, 'never');
  mkdirSync(bin);
  const children: ChildProcess[] = [];
  const adopted: { pid: number; start: string }[] = [];
  let count = 0;
  const program = (name: string, script: string) => {
    const path = join(bin, name);
    if (!existsSync(path)) {
      writeFileSync(path, script.replaceAll('$FIFO', fifo));
      chmodSync(path, 0o755);
    }
    return path;
  };
  const start: StandIns['start'] = (command, words, env = {}) => {
    const child = spawn(command, [...words], { env: { ...process.env, ...env }, stdio: 'ignore' });
    children.push(child);
    return child;
  };
  execFileSync('mkfifo', [fifo]);
  return {
    directory,
    agent: name => program(name, agentScript),
    server: name => program(name, serverScript),
    environment() {
      const file = join(directory, `ready-${++count}`);
      return {
        env: { READY_FILE: file },
        ready: async () => Number(await eventually(`${file} was written`, () => contentOf(file))),
      };
    },
    start,
    async zombie() {
      const file = join(directory, `zombie-${++count}`);
      const parent = start('python3', ['-c', zombieScript, file]);
      const pid = Number(await eventually('the zombie’s pid was written', () => contentOf(file)));
      await eventually('it is a zombie', () => statOf(pid)?.state === 'Z');
      return { pid, parent: parent.pid as number };
    },
    adopt(pid) {
      const start = statOf(pid)?.start;
      if (start !== undefined) adopted.push({ pid, start });
    },
    close() {
      for (const child of children) child.kill('SIGKILL');
      for (const { pid, start } of adopted) if (statOf(pid)?.start === start) killIfRunning(pid);
      // What was killed may still create a file until it runs next.
      rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    },
  };
}

/** State, parent and start time of a pid, by an independent plain read of /proc. */
export function statOf(pid: number): { state: string; ppid: number; start: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', ppid: Number(fields[1]), start: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}

/** Whether the process that has this pid now is the one with this start in a report of vigil. Where vigil reads ps alone, a
 * start is a time to the second, and ps rounds it. */
export function hasStart(pid: number, start: string): boolean {
  const now = statOf(pid)?.start;
  if (now === undefined || process.env.VIGIL_PROCESS_SOURCE !== 'portable') return now === start;
  return Math.abs(Date.now() - ageMs(pid) - Number.parseInt(start, 10)) < 2000;
}

/** How long it has been running; NaN once it has exited. */
export function ageMs(pid: number): number {
  const uptime = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
  // Start times are in clock ticks.
  return (uptime - Number(statOf(pid)?.start) / 100) * 1000;
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}

/** It may have exited meanwhile; the teardown continues anyway. */
export function killIfRunning(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

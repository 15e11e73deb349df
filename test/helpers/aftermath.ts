/** Checks after every fault, with code independent of the program: bystanders are running and
 * were never signalled, registries parse, no process is left stopped, no partial write remains,
 * and reports match the facts. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Agent, type Agents, isAlive } from './agents.ts';
import { eventually } from './eventually.ts';
import { hasStart, statOf } from './stand-ins.ts';

/** Records every catchable signal that it receives. */
const editor = `
import os, signal, sys
def note(number, _):
    with open(sys.argv[1], 'a') as file: file.write(signal.Signals(number).name + '\\n')
for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP, signal.SIGCHLD}:
    try: signal.signal(number, note)
    except OSError: pass
open(sys.argv[1], 'a').close()
while True: signal.pause()
`;

export type Observer = {
  /** Every line of vigil's log. */
  log(): readonly Record<string, unknown>[];
  statusOf(agent: Agent): unknown;
  /** @param ended agents reported as ended; the farm's other agents are bystanders.
   * @param hasDied vigil was killed midway: the next process takes over its queue lock. */
  afterwards(ended: readonly Agent[], hasDied?: boolean): void;
};

/** @param others agents that must not be signalled. @param about the agent whose id the others
 * mention. */
export async function startObserver(
  farm: Agents,
  about: Agent,
  others: readonly Agent[] = [],
): Promise<Observer> {
  const { standIns, workspace, task } = farm;
  const noted = join(standIns.directory, `claude-${about.id}`);
  const bystanders = [
    standIns.start('python3', ['-c', editor, noted]),
    standIns.start('tail', ['-f', join(workspace.path, task, 'logs', `${about.id}_stream.jsonl`)]),
    ...(process.getuid?.() === 0
      ? [
          standIns.start('setpriv', [
            ...['--reuid=65534', '--regid=65534', '--clear-groups'],
            ...['tail', '-f', '/dev/null'],
          ]),
        ]
      : []),
  ].map(child => child.pid as number);
  await eventually('the editor runs', () => existsSync(noted));
  const logFile = join(farm.state, 'vigil', 'vigil.log');
  const entries = () => JSON.parse(readFileSync(workspace.taskFile(task), 'utf8')).agents;
  return {
    log: () =>
      existsSync(logFile)
        ? readFileSync(logFile, 'utf8')
            .split('\n')
            .filter(line => line !== '')
            .map(line => JSON.parse(line))
        : [],
    statusOf: agent => entries().find((each: { id: string }) => each.id === agent.id)?.status,
    afterwards(ended, hasDied = false) {
      const living = [...bystanders, ...others.flatMap(agent => agent.pids)];
      expect(living.filter(pid => !isAlive(pid) || statOf(pid)?.state === 'T')).toEqual([]);
      expect(readFileSync(noted, 'utf8')).toBe('');
      expect(ended.flatMap(agent => agent.pids).filter(isAlive)).toEqual([]);
      for (const file of [workspace.taskFile(task), workspace.globalFile]) {
        JSON.parse(readFileSync(file, 'utf8'));
        // The lock is free: it is granted immediately.
        execFileSync('flock', ['--nonblock', file, 'true']);
      }
      const left = leftovers(workspace.path);
      expect(left.filter(path => !hasDied || !path.endsWith('.lock'))).toEqual([]);
      expect(leftovers(farm.state)).toEqual([]);
    },
  };
}

/** Temporary files, journals, locks and records of stopped processes. */
function leftovers(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter(path =>
    /(^|\/)ending-/.test(path)
      ? tellsOfNobody(join(directory, path))
      : /\.tmp$|journal$|\.lock$/.test(path),
  );
}

/** A kill journal stays while one of its processes is running. */
function tellsOfNobody(path: string): boolean {
  const { stopped, endings } = JSON.parse(readFileSync(path, 'utf8'));
  const refs = [...stopped, ...endings.flatMap((each: { processes: object[] }) => each.processes)];
  return !refs.some((ref: { pid: number; start: string }) => hasStart(ref.pid, ref.start));
}

/** What is looked at after every fault, by code that the program has no part in: bystanders live and were
 * never signalled, the registries parse, nobody is left stopped, nothing of a write is left behind, and
 * what was claimed is what is there. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Agent, type Agents, isAlive } from './agents.ts';
import { eventually } from './eventually.ts';
import { statOf } from './stand-ins.ts';

/** Writes down every signal that it is sent and may catch. */
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
  /** @param ended agents that are said to be dead; others of the farm are bystanders.
   * @param hasDied vigil itself, half-way: its place in a queue is taken by whoever comes next. */
  afterwards(ended: readonly Agent[], hasDied?: boolean): void;
};

/** @param others agents that are not to be touched. @param about the agent whose id the others name. */
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
        // Nobody holds it: a lock that is asked for is there at once.
        execFileSync('flock', ['--nonblock', file, 'true']);
      }
      const left = leftOvers(workspace.path);
      expect(left.filter(path => !hasDied || !path.endsWith('.lock'))).toEqual([]);
      expect(leftOvers(farm.state)).toEqual([]);
    },
  };
}

/** Temporary files, journals, locks and notes of who is stopped. */
function leftOvers(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter(path =>
    /(^|\/)ending-/.test(path)
      ? tellsOfNobody(join(directory, path))
      : /\.tmp$|journal$|\.lock$/.test(path),
  );
}

/** A note of an ending stays for as long as somebody of it is alive. */
function tellsOfNobody(path: string): boolean {
  const { stopped, endings } = JSON.parse(readFileSync(path, 'utf8'));
  const refs = [...stopped, ...endings.flatMap((each: { processes: object[] }) => each.processes)];
  return !refs.some((ref: { pid: number; start: string }) => statOf(ref.pid)?.start === ref.start);
}

/** A network for far hosts: each is in a network namespace of its own, at the end of a line that can be slow, lose packets
 * or be unplugged. Needs root, iproute2 and Python. The network of the machine itself is not touched. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { eventually } from './eventually.ts';

const lineProgram = join(import.meta.dirname, '..', 'programs', 'line.py');

export type LineFault = {
  /** Of each packet, in each direction. */
  readonly delayMs?: number;
  /** Of a hundred packets. */
  readonly lost?: number;
};

export type Line = {
  /** What happens to packets from now on. @returns how many were passed on, and lost, before. */
  set(fault: LineFault): Promise<{ readonly passed: number; readonly lost: number }>;
  /** Passes on what has been sent, and ends. */
  close(): Promise<void>;
};

export type FarNetwork = {
  /** Words before a command that is to reach the hosts. */
  readonly inside: readonly string[];
  /** @param pid of a process in the network namespace of a host. */
  connect(number: number, pid: number): Promise<Line>;
  close(): void;
};

/** Where a host is reached. */
export const addressOf = (number: number) => `10.99.${number}.2`;

const namespaceOf = (pid: number | 'self') => readlinkSync(`/proc/${pid}/ns/net`);

/** Waits until a process that was started with `unshare --net` has its own network. */
export const isolated = (pid: number | undefined) =>
  eventually('it has a network of its own', () => pid && namespaceOf(pid) !== namespaceOf('self'));

export async function startFarNetwork(): Promise<FarNetwork> {
  const middle = spawn('unshare', ['--net', 'sleep', '100000'], { stdio: 'ignore' });
  await isolated(middle.pid);
  const lines = new Set<ChildProcess>();
  return {
    inside: ['nsenter', `--net=/proc/${middle.pid}/ns/net`],
    async connect(number, pid) {
      const words = [lineProgram, number, middle.pid, pid].map(String);
      const child = spawn('python3', words, { stdio: ['pipe', 'pipe', 'inherit'] });
      lines.add(child);
      const ended = new Promise<void>(resolve =>
        child.on('exit', () => {
          lines.delete(child);
          resolve();
        }),
      );
      const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
      const answer = async () => String((await answers.next()).value);
      if ((await answer()) !== 'ready') throw new Error('no line to the host');
      return {
        async set({ delayMs = 0, lost = 0 }) {
          child.stdin.write(`${delayMs} ${lost}\n`);
          const [passed, missing] = (await answer()).split(' ').map(Number);
          return { passed: passed as number, lost: missing as number };
        },
        close() {
          child.stdin.end();
          return ended;
        },
      };
    },
    close() {
      for (const child of [middle, ...lines]) child.kill('SIGKILL');
    },
  };
}

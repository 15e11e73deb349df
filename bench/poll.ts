/** CPU of one poll and its classification in the steady state, for this process and its tmux
 * clients. */
import { readFileSync } from 'node:fs';
import { createMonitor } from '../source/core/inventory/monitor.ts';
import { createRecogniser } from '../source/core/programs/recognise.ts';
import { createHost } from '../source/host/run/create-host.ts';
import { median } from './measure.ts';

export type LookCost = { readonly ownMs: number; readonly tmuxMs: number; readonly wallMs: number };

/** Warm-up polls: they fill caches and compile the code. */
const warmUps = 20;
const ticksPerSecond = 100;

export async function measureLooks(options: readonly string[], rounds: number): Promise<LookCost> {
  const [, workspace = '', , socket = ''] = options;
  const host = createHost({
    workspaces: [workspace],
    sockets: { names: [socket], paths: [] },
    cwd: '/',
    env: process.env,
    command: 'list',
  });
  const monitor = createMonitor(host, {
    recogniser: createRecogniser(),
    sessionPrefixes: ['agent_'],
  });
  for (let round = 0; round < warmUps; round++) await monitor.poll();
  const own: number[] = [];
  const wall: number[] = [];
  const childrenBefore = childTicks();
  for (let round = 0; round < rounds; round++) {
    const cpu = process.cpuUsage();
    const started = performance.now();
    await monitor.poll();
    wall.push(performance.now() - started);
    const { user, system } = process.cpuUsage(cpu);
    own.push((user + system) / 1000);
  }
  const childMs = ((childTicks() - childrenBefore) / ticksPerSecond) * 1000;
  return { ownMs: median(own), tmuxMs: childMs / rounds, wallMs: median(wall) };
}

/** cutime + cstime of this process: its reaped tmux clients. */
function childTicks(): number {
  const text = readFileSync('/proc/self/stat', 'latin1');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return Number(fields[13]) + Number(fields[14]);
}

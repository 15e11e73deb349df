/** Where the CPU time of a look goes: each adapter and the judgement by itself, in turn. */
import { readFileSync } from 'node:fs';
import { classify } from '../source/core/inventory/classify.ts';
import { emptyMemory } from '../source/core/inventory/memory.ts';
import { observe } from '../source/core/inventory/observe.ts';
import { createRecogniser } from '../source/core/inventory/recognise.ts';
import { createHost } from '../source/host/host.ts';
import { median } from './measure.ts';

export type Part = {
  readonly name: string;
  readonly cpuMs: number;
  readonly wallMs: number;
  /** Of children that were waited for: a mean, the kernel counts them in ticks of 10 ms. */
  readonly childMs: number;
  /** What the second and the last quarter of the rounds had: equal where the code is warm. */
  readonly drift: readonly [early: number, late: number];
};

/** Looks before any is counted: caches are filled and the code is compiled by then. */
const warmUps = 40;
const tickMs = 10;

/** @param options `-w DIR -L NAME` of the bench's farm. */
export async function measureParts(options: readonly string[], rounds: number): Promise<Part[]> {
  const [, workspace = '', , socket = ''] = options;
  const host = createHost({
    workspaces: [workspace],
    sockets: { names: [socket], paths: [] },
    cwd: '/',
    env: process.env,
  });
  const knowledge = { recogniser: createRecogniser(), sessionPrefixes: ['agent_'] };
  let inventory = await observe(host, knowledge.recogniser);
  let memory = emptyMemory;
  const parts: readonly (readonly [string, () => unknown])[] = [
    ['processes', () => host.readProcesses()],
    ['tmux', () => host.readServers()],
    ['registries', () => host.readRegistries()],
    ['classify', () => (memory = classify(inventory, memory, knowledge).memory)],
    ['observe, all at once', async () => (inventory = await observe(host, knowledge.recogniser))],
  ];
  const samples = parts.map(() => ({ cpu: [] as number[], wall: [] as number[], ticks: 0 }));
  for (let round = -warmUps; round < rounds; round++)
    for (const [index, [, take]] of parts.entries()) {
      const sample = samples[index];
      const ticks = childTicks();
      const cpu = process.cpuUsage();
      const started = performance.now();
      await take();
      const wallMs = performance.now() - started;
      const { user, system } = process.cpuUsage(cpu);
      if (round < 0 || sample === undefined) continue;
      sample.cpu.push((user + system) / 1000);
      sample.wall.push(wallMs);
      sample.ticks += childTicks() - ticks;
    }
  const quarter = Math.ceil(rounds / 4);
  return samples.map(({ cpu, wall, ticks }, index) => ({
    name: parts[index]?.[0] ?? '',
    cpuMs: median(cpu),
    wallMs: median(wall),
    childMs: (ticks * tickMs) / rounds,
    drift: [median(cpu.slice(quarter, 2 * quarter)), median(cpu.slice(-quarter))],
  }));
}

/** cutime + cstime of this process: its reaped tmux clients. */
function childTicks(): number {
  const text = readFileSync('/proc/self/stat', 'latin1');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return Number(fields[13]) + Number(fields[14]);
}

/** Processes whose stat has not changed are not parsed again: the table is the same as if they were. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createProcReader } from '../../source/host/processes/proc-processes.ts';

/** What happens to one process between two polls. */
const change = fc.record({
  pid: fc.integer({ min: 1, max: 4 }),
  what: fc.constantFrom('works', 'grows', 'execs', 'starts', 'exits', 'stops', 'loses its words'),
});
const histories = fc.array(
  fc.record({
    sinceMs: fc.constantFrom(10, 60, 450, 1000),
    changes: fc.array(change, { maxLength: 3 }),
  }),
  { minLength: 2, maxLength: 12 },
);

type Made = {
  start: number;
  ticks: number;
  rss: number;
  stack: number;
  state: string;
  argv: string;
};

/** Fields 3 to 28 of /proc/PID/stat. */
function statLine(pid: number, { start, ticks, rss, stack, state }: Made): string {
  const fields = [
    state,
    1,
    pid,
    pid,
    0,
    -1,
    0,
    0,
    0,
    0,
    0,
    ticks,
    0,
    0,
    0,
    20,
    0,
    1,
    0,
    start,
    0,
    rss,
  ];
  return `${pid} (sleep) ${[...fields, 0, 0, 0, stack].join(' ')}`;
}

/** A stat that is so long that it is parsed in every poll. */
const padding = ' 0'.repeat(200);

it('in every history', async () => {
  await fc.assert(
    fc.asyncProperty(histories, async history => {
      const [short, long] = [directory(), directory()];
      const readers = [createProcReader(short), createProcReader(long)] as const;
      const made = new Map<number, Made>();
      const write = (pid: number, process: Made) => {
        for (const [root, rest] of [
          [short, ''],
          [long, padding],
        ] as const) {
          mkdirSync(join(root, `${pid}`), { recursive: true });
          writeFileSync(join(root, `${pid}`, 'stat'), `${statLine(pid, process)}${rest}\n`);
          writeFileSync(join(root, `${pid}`, 'cmdline'), process.argv);
        }
      };
      let now = Date.now();
      const begin = (): Made => ({
        start: ++serial,
        ticks: 0,
        rss: 7,
        stack: ++serial,
        state: 'S',
        argv: 'sleep\0',
      });
      for (const pid of [1, 2, 3]) made.set(pid, begin());
      for (const { sinceMs, changes } of history) {
        now += sinceMs;
        for (const { pid, what } of changes) {
          const before = made.get(pid);
          if (what === 'exits' && made.size > 1) {
            made.delete(pid);
            for (const root of [short, long])
              rmSync(join(root, `${pid}`), { recursive: true, force: true });
          } else if (what === 'starts' || before === undefined) made.set(pid, begin());
          else if (what === 'works') before.ticks += 5;
          else if (what === 'grows') before.rss++;
          else if (what === 'stops') before.state = before.state === 'T' ? 'S' : 'T';
          else if (what === 'loses its words') before.argv = '';
          else if (what === 'execs')
            Object.assign(before, { stack: ++serial, argv: `sleep\0${serial}\0` });
        }
        for (const [pid, process] of made) write(pid, process);
        const [quick, full] = await Promise.all(readers.map(read => read(() => now)));
        expect(quick).toEqual(full);
      }
      for (const root of [short, long]) rmSync(root, { recursive: true });
    }),
    { numRuns: 20 },
  );
});

it('a poll right after another one keeps the share of CPU, and loses none of it', async () => {
  const root = directory();
  const process = { start: 1, ticks: 0, rss: 7, stack: 1, state: 'R', argv: 'work\0' };
  mkdirSync(join(root, '7'));
  writeFileSync(join(root, '7', 'cmdline'), process.argv);
  const read = createProcReader(root);
  let now = Date.now();
  const shareAfter = async (ms: number, ticks: number) => {
    now += ms;
    process.ticks += ticks;
    writeFileSync(join(root, '7', 'stat'), statLine(7, process));
    const table = await read(() => now);
    return table.ok ? table.value[0]?.cpuPercent : table.reason;
  };
  await shareAfter(0, 0);
  expect(await shareAfter(1000, 50)).toBe(50);
  expect(await shareAfter(100, 0)).toBe(50);
  expect(await shareAfter(100, 20)).toBe(50);
  expect(await shareAfter(200, 20)).toBe(100);
  rmSync(root, { recursive: true });
});

it('a process that sleeps stays the same object', async () => {
  const root = directory();
  mkdirSync(join(root, '7'));
  const process = { start: 1, ticks: 0, rss: 7, stack: 1, state: 'S', argv: 'sleep\0' };
  writeFileSync(join(root, '7', 'stat'), statLine(7, process));
  writeFileSync(join(root, '7', 'cmdline'), process.argv);
  const read = createProcReader(root);
  const first = await read();
  const second = await read();
  expect(first.ok && second.ok && first.value[0] === second.value[0]).toBe(true);
  rmSync(root, { recursive: true });
});

let serial = 0;

function directory(): string {
  return mkdtempSync(join(tmpdir(), 'vigil-test-'));
}

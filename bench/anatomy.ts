/** What `bench.ts` sums up, taken apart: the parts of a look, and the steps of a start of `list`.
 * Arguments: numbers of processes (1000). It prints and never fails on timing. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startBenchFarm } from './farm.ts';
import { measureLadder } from './ladder.ts';
import { measureCommands } from './measure.ts';
import { measureParts } from './split.ts';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const rounds = 60;
// Reading these certificates can take Node three times as long as starting: it would be in every
// start that is measured, the floor's too, and make each ratio look better than a user finds it.
delete process.env.NODE_EXTRA_CA_CERTS;
const sizes = process.argv
  .slice(2)
  .map(Number)
  .filter(size => size > 0);

for (const count of sizes.length > 0 ? sizes : [1000]) {
  const directory = mkdtempSync(join(tmpdir(), 'vigil-bench-'));
  const farm = await startBenchFarm(count);
  // A process that is ended by a signal runs no `finally`, and the tmux server would stay.
  const stop = () => {
    close();
    process.exit(130);
  };
  const close = () => {
    farm.close();
    rmSync(directory, { recursive: true, force: true });
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, stop);
  try {
    console.log(`\n${count} processes: parts of a look, CPU (children) and wall in ms`);
    for (const part of await measureParts(farm.options, rounds))
      row(part.name, part.cpuMs, part.childMs, part.wallMs, ...part.drift);
    const [ps] = measureCommands([['ps', '-eo', 'pid,ppid,stat,time,rss,args']], 15);
    row('ps -eo … beside it', ps?.cpuMs ?? Number.NaN, 0, ps?.wallMs ?? Number.NaN);
    console.log('steps of a start: wall, × node -e 0, CPU');
    const steps = measureLadder(cli, farm.options, directory, 15);
    const floor = steps[0]?.measured.wallMs ?? Number.NaN;
    for (const { name, measured } of steps)
      row(name, measured.wallMs, measured.wallMs / floor, measured.cpuMs);
  } finally {
    close();
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(name, stop);
  }
}

function row(name: string, ...figures: readonly number[]): void {
  console.log(`${name.padEnd(24)}${figures.map(each => each.toFixed(2).padStart(10)).join('')}`);
}

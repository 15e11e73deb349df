/** What a machine of a given size costs, as ratios to `ps`, `top` and an empty Node. */
import { fileURLToPath } from 'node:url';
import type { BenchFarm } from './farm.ts';
import { measureCommands, median } from './measure.ts';
import { measureLooks } from './poll.ts';
import { line, mb, ms, ratio } from './print.ts';
import { watchScreen } from './screen.ts';

/** The built program; the benchmark runs as a bundle in a directory of its own. */
export const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const node = process.execPath;
const idle = [node, '-e', 'console.log("CLASS")'];
const rounds = 15;

export async function reportSize(farm: BenchFarm): Promise<void> {
  console.log(`\n${farm.processes} processes, 20 agents in tmux`);
  const look = await measureLooks(farm.options, 40);
  const [ps, top] = measureCommands(
    [
      ['ps', '-eo', 'pid,ppid,stat,time,rss,args'],
      ['top', '-b', '-n1'],
    ],
    rounds,
  );
  const cpuMs = look.ownMs + look.tmuxMs;
  line(
    'poll + classify, CPU',
    `${ms(look.ownMs)} own + ${ms(look.tmuxMs)} tmux client, ${ms(look.wallMs)} wall`,
    '≤ 20 ms at 1,000',
  );
  line('  against ps -eo …', `${ratio(cpuMs, ps?.cpuMs)} (ps ${ms(ps?.cpuMs)})`, '≤ 1.0');
  line('  against top -b -n1', `${ratio(cpuMs, top?.cpuMs)} (top ${ms(top?.cpuMs)})`, '');
  const [list, empty] = measureCommands(
    [
      [node, cli, 'list', '--json', ...farm.options],
      [node, '-e', '0'],
    ],
    rounds,
  );
  line(
    'list --json, wall',
    `${ratio(list?.wallMs, empty?.wallMs)} × node -e 0 (${ms(list?.wallMs)})`,
    '≤ 2.2',
  );
  const screen = [node, cli, ...farm.options];
  const frames: number[] = [];
  const floors: number[] = [];
  for (let round = 0; round < 9; round++) {
    frames.push(watchScreen(screen, 0, 'CLASS').firstFrameMs);
    floors.push(watchScreen(idle, 0, 'CLASS').firstFrameMs);
  }
  line(
    'first live frame, wall',
    `${ratio(median(frames), median(floors))} × node -e (${ms(median(frames))})`,
    '≤ 4',
  );
  for (const interval of ['2', '0.2']) {
    const run = watchScreen([...screen, '-d', interval], 10, 'CLASS');
    line(
      `screen at -d ${interval}`,
      `RSS ${mb(run.rss.at(-1))}, ${Math.round(run.bytesPerSecond)} bytes/s`,
      '≤ 130 MB',
    );
  }
}

/** RSS and descriptors over a long run at the default interval. */
export function soak(farm: BenchFarm, seconds: number): void {
  const { rss, descriptors } = watchScreen([node, cli, ...farm.options], seconds, 'CLASS');
  line(
    `RSS over ${seconds} s`,
    rss
      .filter((_, index) => index % 6 === 5)
      .map(mb)
      .join(' '),
    '',
  );
  // During the first sixth the heap reaches its size.
  const settled = rss.slice(rss.length / 6);
  const perTenMinutes = (slopeOf(settled) * rss.length * 600) / seconds;
  line('  slope', `${(perTenMinutes / 1e6).toFixed(2)} MB in ten minutes`, '< 1 MB');
  line('  descriptors', `${Math.min(...descriptors)} to ${Math.max(...descriptors)}`, 'constant');
}

/** Least squares slope, per step. */
function slopeOf(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
  const along = values.reduce((sum, each, index) => sum + (index - middle) * (each - mean), 0);
  return along / values.reduce((sum, _, index) => sum + (index - middle) ** 2, 0);
}

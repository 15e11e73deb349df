/** `npm run bench [-- 50 1000 5000] [-- registry] [-- reconcile] [-- screen] [--soak SECONDS]`: measures one
 * run, as ratios to reference programs run alongside. It prints and never fails, since machines
 * are noisy. */
import { fileURLToPath } from 'node:url';
import { type BenchFarm, startBenchFarm } from './farm.ts';
import { measureKeys, percentile } from './keys.ts';
import { measureCommands, median } from './measure.ts';
import { measureLooks } from './poll.ts';
import { measureReconcile } from './reconcile.ts';
import { measureRegistry } from './registry.ts';
import { watchScreen } from './screen.ts';

if (process.env.NODE_EXTRA_CA_CERTS !== undefined)
  console.log(
    'NODE_EXTRA_CA_CERTS is set: it slows every start of Node and so flatters the ratios of list and first frame; unset it for the stricter ones',
  );

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const node = process.execPath;
const idle = [node, '-e', 'console.log("CLASS")'];
const rounds = 15;

const words = process.argv.slice(2);
const soakAt = words.indexOf('--soak');
const soakSeconds = soakAt >= 0 ? Number(words[soakAt + 1]) : 0;
const sizes = words
  .filter((word, index) => /^\d+$/.test(word) && (soakAt < 0 || index !== soakAt + 1))
  .map(Number);

const isPart = ['registry', 'reconcile', 'screen'].some(part => words.includes(part));
if ((sizes.length === 0 && !isPart) || words.includes('registry')) {
  const figures = await measureRegistry();
  console.log('\nregistry of 95 agents');
  line(
    'updates a second, alone',
    `${figures.alonePerSecond.toFixed(0)} (the orchestrator, without journal and fsync: ${figures.peerPerSecond.toFixed(0)})`,
    '≥ 200',
  );
  line(
    '16 × 100 updates at once',
    `${figures.contendedSeconds.toFixed(1)} s, ${figures.kept} of 1600 kept; 16 × 1: ${figures.startSeconds.toFixed(1)} s`,
    '≤ 6 s',
  );
  line('lock held, p99', ms(figures.heldP99Ms), '< 50 ms');
}

if (words.includes('reconcile')) {
  console.log('\n10,000 dead entries, from the backup to the last write');
  line('of one task', ms(measureReconcile(cli, 1)), '');
  line('of ten tasks', ms(measureReconcile(cli, 10)), '≤ 1,500 ms');
}

for (const count of sizes.length > 0 || isPart ? sizes : [50, 1000, 5000])
  await withFarm(startBenchFarm(count), async farm => {
    await report(farm);
    if (soakSeconds > 0) soak(farm, soakSeconds);
  });

if (words.includes('screen')) {
  await withFarm(startBenchFarm(5000, { ghosts: 480 }), farm => {
    const { latencies } = measureKeys([node, cli, ...farm.options, '-d', '0.1'], 300, 45);
    const [p50, p95] = [percentile(latencies, 0.5), percentile(latencies, 0.95)];
    console.log('\n500 rows, 5,000 processes, polls without a pause (-d 0.1)');
    line(
      'key to screen',
      `p50 ${ms(p50)}, p95 ${ms(p95)}, max ${ms(latencies.at(-1))}`,
      'p95 ≤ 50 ms',
    );
  });
  await withFarm(startBenchFarm(50, { agents: 50, isBusy: true }), farm => {
    console.log('\n50 agents that all work');
    const screen = [node, cli, ...farm.options];
    line('a frame, CPU', ms(measureKeys(screen, 400, 60).cpuMs), '≤ 12 ms');
    const { bytesPerSecond } = watchScreen([...screen, '-d', '1'], 30, 'CLASS');
    line('bytes, one poll per second', `${Math.round(bytesPerSecond)} B/s`, '≤ 2,048 B/s');
  });
  await withFarm(startBenchFarm(50), farm => {
    console.log('\n20 agents that rest');
    const { bytesPerSecond } = watchScreen([node, cli, ...farm.options], 30, 'CLASS');
    line('bytes, idle', `${Math.round(bytesPerSecond)} B/s`, '≤ 200 B/s');
  });
}

async function withFarm(
  starting: Promise<BenchFarm>,
  measure: (farm: BenchFarm) => unknown,
): Promise<void> {
  const farm = await starting;
  closeOnSignal(farm);
  try {
    await measure(farm);
  } finally {
    farm.close();
  }
}

/** Ctrl-C leaves nothing behind either. */
function closeOnSignal(farm: BenchFarm): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.removeAllListeners(signal);
    process.on(signal, () => {
      farm.close();
      process.exit(130);
    });
  }
}

async function report(farm: BenchFarm): Promise<void> {
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
function soak(farm: BenchFarm, seconds: number): void {
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

function line(name: string, figure: string, goal: string): void {
  console.log(`${name.padEnd(28)} ${figure.padEnd(58)} ${goal}`);
}

function ms(value = Number.NaN): string {
  return `${value.toFixed(1)} ms`;
}

function mb(bytes = Number.NaN): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

function ratio(value = Number.NaN, against = Number.NaN): string {
  return (value / against).toFixed(2);
}

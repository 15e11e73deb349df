/** `npm run bench [-- 50 1000 5000] [-- start] [-- registry] [-- reconcile] [-- endings] [-- screen] [--soak SECONDS]`:
 * measures one run, as ratios to reference programs run alongside. It prints and never fails, since machines
 * are noisy. `npm run bench -- beside [50 1000 5000 10000]` runs vigil, htop, top, btop, agentop and ps side
 * by side. */
import { measureBeside, programsBeside } from './beside.ts';
import { measureEndings } from './endings.ts';
import { type BenchFarm, startBenchFarm } from './farm.ts';
import { measureKeys, percentile } from './keys.ts';
import { measureLargeRegistry } from './large-registry.ts';
import { inOwnNamespace } from './namespace.ts';
import { line, mb, ms } from './print.ts';
import { measureReconcile } from './reconcile.ts';
import { measureRegistry } from './registry.ts';
import { watchScreen } from './screen.ts';
import { cli, reportSize, soak } from './sizes.ts';
import { measureStart, type StartRatios } from './start.ts';

if (process.env.NODE_EXTRA_CA_CERTS !== undefined)
  console.log(
    'NODE_EXTRA_CA_CERTS is set: it slows every start of Node and so flatters the ratios of list and first frame; unset it for the stricter ones',
  );

const node = process.execPath;
const startRounds = 31;

const words = process.argv.slice(2);
const soakAt = words.indexOf('--soak');
const soakSeconds = soakAt >= 0 ? Number(words[soakAt + 1]) : 0;
const sizes = words
  .filter((word, index) => /^\d+$/.test(word) && (soakAt < 0 || index !== soakAt + 1))
  .map(Number);

/** What counts every process, or ends some, sees those of the benchmark only. */
const isAlone = ['beside', 'endings', 'start'].some(part => words.includes(part));
if (isAlone && !inOwnNamespace()) process.exit();

if (words.includes('beside')) {
  for (const count of sizes.length > 0 ? sizes : [50, 1000, 5000, 10_000])
    await withFarm(startBenchFarm(count), farm => {
      console.log(
        `\n${count} processes and 20 agents, once a second, 160×50: medians of three runs`,
      );
      for (const usage of measureBeside(programsBeside([node, cli], farm.options)))
        line(
          usage.name,
          `${usage.cpuMs.toFixed(1)} ms CPU a second, RSS ${mb(usage.rssBytes)}, ${Math.round(usage.bytesPerSecond)} B/s`,
          '',
        );
    });
  process.exit(0);
}

if (words.includes('endings')) {
  const figures = await measureEndings(cli);
  console.log('\nvigil kill of many');
  line('100 cooperative agents', `${ms(figures.verifiedMs)} after the last exit`, '≤ 500 ms');
  line(
    '50, half of them stubborn',
    `${figures.stubbornRatio.toFixed(2)} × one stubborn (${ms(figures.oneStubbornMs)})`,
    '≤ 1.2',
  );
  line('2,000 orphans', `${ms(figures.orphansMs)} to the last outcome`, '≤ 3,000 ms');
}

const isPart = ['start', 'registry', 'reconcile', 'endings', 'screen'].some(part =>
  words.includes(part),
);
if ((sizes.length === 0 && !isPart) || words.includes('registry')) {
  const figures = await measureRegistry();
  console.log('\nregistry of 95 agents');
  line(
    'updates a second, alone',
    `${figures.alonePerSecond.toFixed(0)} (the orchestrator, without journal and fsync: ${figures.peerPerSecond.toFixed(0)})`,
    '≥ 300',
  );
  line(
    '16 × 100 updates at once',
    `${figures.contendedSeconds.toFixed(1)} s, ${figures.kept} of 1600 kept; 16 × 1: ${figures.startSeconds.toFixed(1)} s`,
    '≤ 5 s',
  );
  line('lock held, p99', ms(figures.heldP99Ms), '< 50 ms');
  const large = await measureLargeRegistry();
  console.log(`\nregistry of 10,000 agents, ${mb(large.bytes)} (JSON.parse: ${ms(large.parseMs)})`);
  line('one read', ms(large.readMs), '≤ 30 ms');
  line('one update', ms(large.updateMs), '≤ 60 ms');
}

const startGoals: Readonly<Record<keyof StartRatios, string>> = {
  '--help': '≤ 1.4',
  '--version': '≤ 1.4',
  'list --json': '≤ 1.8',
  'first frame': '≤ 2.8',
};

function reportStart(title: string, options: readonly string[]): void {
  console.log(`\n${title}: × node -e 0`);
  const ratios = measureStart(cli, options, startRounds);
  for (const [name, { wall, cpu }] of Object.entries(ratios))
    line(name, `wall ${wall}, CPU ${cpu}`, startGoals[name as keyof StartRatios]);
}

if (words.includes('start')) {
  reportStart('start, without agents and tmux', ['-L', 'vigil-bench-nobody']);
  await withFarm(startBenchFarm(50), farm =>
    reportStart('start, 50 processes, 20 agents in tmux', farm.options),
  );
}

if (words.includes('reconcile')) {
  console.log('\n10,000 dead entries, from the backup to the last write');
  line('of one task', ms(measureReconcile(cli, 1)), '');
  line('of ten tasks', ms(measureReconcile(cli, 10)), '≤ 1,500 ms');
}

for (const count of sizes.length > 0 || isPart ? sizes : [50, 1000, 5000])
  await withFarm(startBenchFarm(count), async farm => {
    await reportSize(farm);
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

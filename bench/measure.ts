/** Measures whole processes with a small python3 helper, because only wait4 reports a child's CPU
 * time to the microsecond. */
import { execFileSync } from 'node:child_process';

export type Measured = { readonly wallMs: number; readonly cpuMs: number };

const runner = `
import json, os, subprocess, sys, time
commands, rounds = json.loads(sys.argv[1]), int(sys.argv[2])
results = [[] for _ in commands]
for turn in range(rounds + 1):
    for index, command in enumerate(commands):
        start = time.monotonic()
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        wall = (time.monotonic() - start) * 1000
        if turn > 0: results[index].append([wall, (usage.ru_utime + usage.ru_stime) * 1000])
print(json.dumps(results))
`;

/** Runs the commands alternately, A B A B …, after one warm-up round.
 * @returns one median per command. */
export function measureCommands(
  commands: readonly (readonly string[])[],
  rounds: number,
): Measured[] {
  const output = execFileSync('python3', ['-c', runner, JSON.stringify(commands), String(rounds)], {
    encoding: 'utf8',
  });
  const results = JSON.parse(output) as number[][][];
  return results.map(runs => ({
    wallMs: median(runs.map(run => run[0] ?? 0)),
    cpuMs: median(runs.map(run => run[1] ?? 0)),
  }));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

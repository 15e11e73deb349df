/** A pid namespace of its own: a program that shows the whole machine then sees only what the benchmark has started. */
import { spawnSync } from 'node:child_process';

const inside = 'VIGIL_BENCH_INSIDE';

/** Runs this benchmark again in a namespace, if it is in none yet. @returns whether it is in one. */
export function inOwnNamespace(): boolean {
  if (process.env[inside] === '1') return true;
  const words = [
    '--pid',
    '--fork',
    '--mount-proc',
    '--kill-child',
    'bash',
    '-c',
    '"$@" & wait $!',
    'bash',
  ];
  const { status } = spawnSync('unshare', [...words, ...process.argv], {
    stdio: 'inherit',
    env: { ...process.env, [inside]: '1' },
  });
  process.exitCode = status ?? 1;
  return false;
}

/** How fast the store updates a registry, alone and with sixteen writers; the reference is the
 * orchestrator's way of writing (flock, in place, no journal, no fsync). */
import { spawn } from 'node:child_process';
import { orchestrator, updater } from '../test/helpers/programs.ts';
import { createRegistryFile } from '../test/helpers/registry-file.ts';

export type RegistryFigures = {
  readonly alonePerSecond: number;
  readonly peerPerSecond: number;
  readonly contendedSeconds: number;
  /** The part spent starting sixteen Node processes: the same run with one update each. */
  readonly startSeconds: number;
  /** Updates found afterwards, of 1,600. */
  readonly kept: number;
  readonly heldP99Ms: number;
};

const alone = 300;
const writers = 16;
const each = 100;

export async function measureRegistry(): Promise<RegistryFigures> {
  const file = createRegistryFile(95);
  try {
    // The start of Node and Python is subtracted, to measure only the update.
    const startMs = (await timed([process.execPath, updater, file.path, 'a20', '1'])).ms;
    const first = await timed([process.execPath, updater, file.path, 'a20', String(alone)]);
    const peerStartMs = (await timed(['python3', orchestrator, file.path, 'a21', '1'])).ms;
    const peer = await timed(['python3', orchestrator, file.path, 'a21', String(alone)]);
    const atOnce = (count: number) =>
      Promise.all(
        Array.from({ length: writers }, (_, index) =>
          timed([process.execPath, updater, file.path, `a${index + 30}`, String(count)]),
        ),
      );
    const startSeconds = await seconds(() => atOnce(1));
    let runs: Awaited<ReturnType<typeof atOnce>> = [];
    const contendedSeconds = await seconds(async () => {
      runs = await atOnce(each);
    });
    const held = runs.flatMap(run => JSON.parse(run.said) as number[]).sort((a, b) => a - b);
    const counts = [...file.counts().values()].slice(30, 30 + writers);
    return {
      alonePerSecond: (alone * 1000) / (first.ms - startMs),
      peerPerSecond: (alone * 1000) / (peer.ms - peerStartMs),
      contendedSeconds,
      startSeconds,
      kept: counts.reduce((sum, count) => sum + count, 0) - writers,
      heldP99Ms: held[Math.floor(held.length * 0.99)] ?? 0,
    };
  } finally {
    file.close();
  }
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return (performance.now() - from) / 1000;
}

function timed([command = '', ...words]: readonly string[]): Promise<{ ms: number; said: string }> {
  const from = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', text => {
      said += text;
    });
    child.on('error', reject);
    child.on('close', () => resolve({ ms: performance.now() - from, said }));
  });
}

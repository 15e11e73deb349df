/** What a registry of 10,000 entries costs: one read as in a poll, and one update. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRegistriesReader } from '../source/host/registry/files.ts';
import { createRegistryStore } from '../source/host/registry/store.ts';
import { agentId, createWorkspace } from '../test/helpers/workspace.ts';
import { median } from './measure.ts';

const entries = 10_000;
const rounds = 9;

/** Medians, milliseconds; the code was compiled before. @property parseMs of JSON.parse alone, the floor. */
export type LargeRegistryFigures = {
  readonly bytes: number;
  readonly parseMs: number;
  readonly readMs: number;
  readonly updateMs: number;
};

export async function measureLargeRegistry(): Promise<LargeRegistryFigures> {
  const directory = mkdtempSync(join(tmpdir(), 'vigil-bench-'));
  try {
    const workspace = createWorkspace(directory);
    const ids = Array.from({ length: entries }, (_, index) => agentId('builder', index));
    const path = workspace.writeTask(
      'TASK-1',
      ids.map(id => ({ id, status: 'working' })),
    );
    workspace.age();
    const text = readFileSync(path, 'utf8');
    const parseMs = await medianOf(() => JSON.parse(readFileSync(path, 'utf8')));
    const readMs = await medianOf(async () => {
      // Another reader each time: it knows nothing yet.
      const [found] = (await createRegistriesReader([workspace.path], [])()).registries;
      const count = found?.reading.ok === true ? found.reading.value.entries.length : 0;
      if (count !== entries) throw new Error(`${count} entries were read`);
    });
    const store = createRegistryStore();
    let turn = 0;
    const updateMs = await medianOf(async () => {
      const edits = [{ at: ['agents', 1234, 'progress'], value: turn++ }];
      const result = await store.update({
        files: [{ path, scope: 'task' }],
        waitMs: 10_000,
        mutate: () => [{ path, edits }],
      });
      if (result.kind !== 'done' || result.written.length !== 1)
        throw new Error(JSON.stringify(result));
    });
    return { bytes: text.length, parseMs, readMs, updateMs };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function medianOf(work: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds + 2; round++) {
    const from = performance.now();
    await work();
    // Code is compiled in the first two.
    if (round >= 2) times.push(performance.now() - from);
  }
  return median(times);
}

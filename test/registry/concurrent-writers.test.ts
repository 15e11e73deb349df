/** No update is lost when writers run concurrently or are killed. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rounds } from '../helpers/campaign.ts';
import { eventually } from '../helpers/eventually.ts';
import { orchestrator, plainUpdater, updater } from '../helpers/programs.ts';
import { createRegistryFile, type RegistryFile, start } from '../helpers/registry-file.ts';

let file: RegistryFile;
beforeEach(() => {
  file = createRegistryFile(20);
});
afterEach(() => file.close());

const sum = (counts: ReadonlyMap<string, number>) =>
  [...counts.values()].reduce((a, b) => a + b, 0);

/** Every second writer lacks the native package, so both lock implementations share one file. */
const vigils = (count: number) =>
  Array.from({ length: count }, (_, index) => (index % 2 === 0 ? updater : plainUpdater));

async function allAtOnce(programs: readonly string[], each: number): Promise<void> {
  const runs = programs.map((program, index) => start(program, [file.path, `a${index}`, each]));
  for (const { ended } of runs) expect(await ended).toEqual({ code: 0, signal: null, said: '' });
}

it('concurrent vigils lose no update, and leave no other file', async () => {
  const [writers, each] = [rounds(6, 16), rounds(12, 100)];
  await allAtOnce(vigils(writers), each);
  expect([...file.counts().values()].slice(0, writers)).toEqual(Array(writers).fill(each));
  expect(file.leftBeside()).toEqual([]);
}, 180_000);

it('vigils and orchestrators that hold flock lose no update of each other', async () => {
  const [writers, each] = [rounds(3, 8), rounds(15, 100)];
  await allAtOnce([...vigils(writers), ...Array(writers).fill(orchestrator)], each);
  expect([...file.counts().values()].slice(0, 2 * writers)).toEqual(Array(2 * writers).fill(each));
  expect(file.leftBeside()).toEqual([]);
}, 180_000);

describe('a writer that is killed at any moment', () => {
  async function killing(kills: number, longestMs: number): Promise<void> {
    let before = 0;
    for (let kill = 0; kill < kills; kill++) {
      const words = [file.path, 'a0', 1000, file.acknowledgements, 400];
      const { child, ended } = start(vigils(2)[kill % 2] as string, words);
      // Every second pair gets as far as an update, however slow the machine is.
      const told = file.acknowledged().get('a0') ?? 0;
      if (kill % 4 > 1)
        await eventually('it was acknowledged', () => (file.acknowledged().get('a0') ?? 0) > told);
      // Not a wait for a condition: the moment of the kill is random.
      const delayMs = 60 + Math.random() * longestMs;
      await new Promise(resolve => setTimeout(resolve, delayMs));
      child.kill('SIGKILL');
      expect((await ended).signal).toBe('SIGKILL');
      file.ageQueueLock();
      const { code, said } = await start(updater, [file.path, 'a1', 1]).ended;
      expect({ kill, code, said }).toEqual({ kill, code: 0, said: '' });
      const sure = Math.max(before, file.acknowledged().get('a0') ?? 0);
      const written = file.counts().get('a0') ?? -1;
      // Each killed writer may have written one update without acknowledging it.
      expect([sure, sure + 1]).toContain(written);
      before = written;
    }
    expect(file.counts().get('a1')).toBe(kills);
    expect(file.leftBeside()).toEqual([]);
  }

  it('leaves a readable file with every acknowledged update', async () => {
    await killing(rounds(8, 200), 150);
    expect(file.acknowledged().get('a0')).toBeGreaterThan(0);
  }, 900_000);

  it('loses no update of orchestrators that keep writing', async () => {
    const each = rounds(200, 4000);
    const others = Array.from({ length: rounds(1, 3) }, (_, index) =>
      start(orchestrator, [file.path, `a${index + 5}`, each, file.acknowledgements]),
    );
    await killing(rounds(6, 200), 150);
    for (const { ended } of others) expect((await ended).code).toBe(0);
    const counts = file.counts();
    for (const index of others.keys()) expect(counts.get(`a${index + 5}`)).toBe(each);
    expect(sum(counts)).toBeGreaterThan(each);
  }, 900_000);
});

/** One seed for all property tests of a run. It is printed at the start, and by fast-check when a
 * property fails; `VIGIL_SEED=12345 npm test` repeats the same cases.
 *
 * Registered twice in vitest, since one process starts the others: as `globalSetup` it chooses
 * and prints the seed and exports it; as one of the `setupFiles` it passes it to fast-check in
 * each test file. */
import { configureGlobal, readConfigureGlobal } from 'fast-check';

const variable = 'VIGIL_SEED';

/** @returns the seed in the environment, or a new one. Throws if it is not a 32-bit integer: a
 * typing error must not pass for another run. */
export function seedIn(env: Readonly<Record<string, string | undefined>>): number {
  const given = env[variable];
  if (given === undefined || given === '') return Math.floor(Math.random() * 2 ** 31);
  const seed = Number(given);
  if (!/^-?\d+$/.test(given) || seed !== (seed | 0))
    throw new Error(`${variable} is ${given}, which is no whole number of 32 bits`);
  return seed;
}

export default function chooseSeed(): void {
  const seed = seedIn(process.env);
  process.env[variable] = String(seed);
  console.log(`property tests: ${variable}=${seed}`);
}

const isChosen = (process.env[variable] ?? '') !== '';
if (isChosen) configureGlobal({ ...readConfigureGlobal(), seed: seedIn(process.env) });

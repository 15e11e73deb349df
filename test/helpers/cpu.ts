/** Processor time, which other load on the machine does not affect. */

/** @returns the CPU time of this process so far, milliseconds. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** CPU time of a fixed piece of work with objects, strings and a sort, milliseconds: bounds are multiples of it, so that
 * they hold on slow machines too. */
export function calibrationMs(): number {
  const started = cpuMs();
  let seed = 1;
  const next = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed;
  };
  const made = Array.from({ length: 100_000 }, (_, index) => ({ index, key: `agent-${next()}` }));
  const byKey = new Map(made.map(each => [each.key, each]));
  const sorted = made.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  if (sorted.some(({ key }) => !byKey.has(key))) throw new Error('the calibration is wrong');
  return cpuMs() - started;
}

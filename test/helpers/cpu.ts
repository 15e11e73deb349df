/** Processor time, which other load on the machine does not affect. */

/** @returns the CPU time of this process so far, milliseconds. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

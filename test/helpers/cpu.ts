/** Processor time, which is the same on a machine that has other work to do. */

/** @returns milliseconds that this process has worked so far. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

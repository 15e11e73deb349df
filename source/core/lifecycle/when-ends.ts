/** Waits for a server process to exit, so that no agent outlives it. */

import type { Process, Reading } from '../model/model.ts';
import type { Host } from '../ports/host.ts';

/** Two small reads per second: cheap, and fast enough. */
const pollIntervalMs = 500;

/** @returns the current process with this pid, to wait for exactly this one. */
export async function findServer(
  host: Pick<Host, 'processes'>,
  pid: number,
): Promise<Reading<Process | undefined>> {
  const reading = await host.processes.read();
  if (!reading.ok) return reading;
  return { ok: true, value: reading.value.find(each => each.pid === pid) };
}

/** Resolves when exactly this process has exited, or when the signal is aborted. */
export async function untilGone(
  { processes, clock }: Pick<Host, 'processes' | 'clock'>,
  server: Process,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted && processes.isRunning(server)) await clock.sleep(pollIntervalMs, signal);
}

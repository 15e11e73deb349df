/** Waits for a server to end, so that no agent outlives it. */

import type { Process, Reading } from '../model/model.ts';
import type { Host } from '../ports/host.ts';

/** Two small reads a second: nobody notices, and nobody waits long. */
const betweenLooksMs = 500;

/** @returns the process of this pid as it is now, which is who is waited for. */
export async function findServer(
  host: Pick<Host, 'processes'>,
  pid: number,
): Promise<Reading<Process | undefined>> {
  const reading = await host.processes.read();
  if (!reading.ok) return reading;
  return { ok: true, value: reading.value.find(each => each.pid === pid) };
}

/** Resolves when exactly this process is gone, or when the signal is aborted. */
export async function untilGone(
  { processes, clock }: Pick<Host, 'processes' | 'clock'>,
  server: Process,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted && processes.isRunning(server)) await clock.sleep(betweenLooksMs, signal);
}

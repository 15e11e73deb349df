/** A workspace that was discovered, not named, may have been planted by another user: vigil shows it and changes
 * nothing in it. */
import type { Monitor } from '../inventory/monitor.ts';

/** @returns why bulk commands and registry changes are refused, or `undefined` if they are allowed. */
export function foreignWorkspace(monitor: Monitor): string | undefined {
  const [reason] = monitor.inventory()?.foreign?.values() ?? [];
  return reason;
}

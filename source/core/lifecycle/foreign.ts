/** A workspace that was found, not named, and that others may have put there: it is shown, and nothing of it is
 * changed. */
import type { Monitor } from '../inventory/monitor.ts';

/** @returns why bulk verbs and changes of registries do not go ahead; nothing where they may. */
export function foreignWorkspace(monitor: Monitor): string | undefined {
  const [reason] = monitor.inventory()?.foreign?.values() ?? [];
  return reason;
}

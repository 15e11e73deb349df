/** Inspects the row that is shown, on this machine or on its own. */
import type { Inspector } from '../core/inventory/inspector.ts';
import { farHostOf } from '../core/rows/far-rows.ts';
import type { FarInspector } from './far-inspector.ts';

/** @param far undefined without a fleet. */
export function createRowInspector(
  local: Inspector,
  far: FarInspector | undefined,
): Pick<Inspector, 'inspect'> {
  let isFar = false;
  return {
    inspect(wanted, report) {
      const wasFar = isFar;
      isFar = far !== undefined && farHostOf(wanted.row) !== undefined;
      if (isFar) {
        if (!wasFar) local.forget();
        far?.inspect(wanted, report);
        return;
      }
      if (wasFar) far?.forget();
      // An answer that comes while a row of another machine is shown would hide that one's.
      local.inspect(wanted, inspection => {
        if (!isFar) report(inspection);
      });
    },
  };
}

/** Inspects the row whose detail is open, once a poll and never two at a time. */
import { type Inspection, subjectOf } from '../model/inspection.ts';
import type { Row } from '../model/model.ts';
import type { Processes } from '../ports/processes.ts';
import type { Historian } from './historian.ts';
import type { Monitor } from './monitor.ts';

export type Inspector = {
  /** @param takenAt of the row's poll. */
  inspect(row: Row, takenAt: number, report: (inspection: Inspection) => void): void;
};

export function createInspector(
  processes: Pick<Processes, 'inspect'>,
  monitor: Pick<Monitor, 'inventory'>,
  historian: Pick<Historian, 'about'>,
): Inspector {
  let isBusy = false;
  /** The last row, and its poll. */
  let last = '';
  return {
    inspect(row, takenAt, report) {
      const subject = `${takenAt} ${row.key}`;
      const inventory = monitor.inventory();
      if (isBusy || subject === last || inventory === undefined) return;
      last = subject;
      isBusy = true;
      void processes.inspect(subjectOf(row, inventory)).then(inspection => {
        isBusy = false;
        report({ ...inspection, deeds: historian.about(row) });
      });
    },
  };
}

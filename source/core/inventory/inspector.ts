/** Inspects the row whose detail is open, once a poll and never two at a time. */
import { type Inspection, subjectOf } from '../model/inspection.ts';
import type { Row } from '../model/model.ts';
import type { Host } from '../ports/host.ts';
import type { Historian } from './historian.ts';
import type { Monitor } from './monitor.ts';

export type Inspector = {
  /** @param takenAt of the row's poll. */
  inspect(row: Row, takenAt: number, report: (inspection: Inspection) => void): void;
};

type InspectorPorts = {
  readonly processes: Pick<Host['processes'], 'inspect'>;
  readonly logins: Host['logins'];
};

export function createInspector(
  { processes, logins }: InspectorPorts,
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
      const about = subjectOf(row, inventory);
      void processes.inspect(about).then(inspection => {
        isBusy = false;
        const login = about.pane && logins.read(about.pane.serverPid);
        report({ ...inspection, login, deeds: historian.about(row) });
      });
    },
  };
}

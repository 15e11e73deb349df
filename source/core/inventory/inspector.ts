/** Inspects the row that is open or beside the table, once a poll and never two at a time. */
import { type Aspect, type Inspection, subjectOf } from '../model/inspection.ts';
import type { Row } from '../model/model.ts';
import type { Host } from '../ports/host.ts';
import type { Historian } from './historian.ts';
import type { Monitor } from './monitor.ts';

export type Inspector = {
  /** Ignored while another inspection is running.
   * @param takenAt of the row's poll. */
  inspect(wanted: Wanted, report: (inspection: Inspection) => void): void;
  /** The last row is inspected again, even if there was no poll since. */
  forget(): void;
};

type InspectorPorts = {
  readonly processes: Pick<Host['processes'], 'inspect'>;
  readonly logins: Host['logins'];
};

export type Wanted = { readonly row: Row; readonly takenAt: number; readonly aspect: Aspect };

export function createInspector(
  { processes, logins }: InspectorPorts,
  monitor: Pick<Monitor, 'inventory'>,
  historian: Pick<Historian, 'about'>,
): Inspector {
  let isBusy = false;
  /** The last row, its aspect and its poll. */
  let last = '';
  return {
    inspect({ row, takenAt, aspect }, report) {
      const subject = `${takenAt} ${aspect} ${row.key}`;
      const inventory = monitor.inventory();
      if (isBusy || subject === last || inventory === undefined) return;
      last = subject;
      isBusy = true;
      const about = subjectOf(row, inventory, aspect);
      void processes.inspect(about).then(inspection => {
        isBusy = false;
        if (aspect !== 'detail') return report(inspection);
        const login = about.pane && logins.read(about.pane.serverPid);
        report({ ...inspection, login, deeds: historian.about(row) });
      });
    },
    forget() {
      last = '';
    },
  };
}

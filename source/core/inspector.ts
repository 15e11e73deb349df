/** Looks closer at the row that a person has opened, after every look and never twice at once. */
import { type Inspection, subjectOf } from './inspection.ts';
import type { Monitor } from './monitor.ts';
import type { Processes } from './ports/processes.ts';
import type { State } from './state.ts';

export type Inspector = {
  /** Called whenever the state has changed: asks for what the open detail lacks. */
  attend(state: State, tell: (inspection: Inspection) => void): void;
};

export function createInspector(
  processes: Pick<Processes, 'inspect'>,
  monitor: Pick<Monitor, 'inventory'>,
): Inspector {
  let isBusy = false;
  /** What was asked last: a row, and the look it is of. */
  let asked = '';
  return {
    attend({ mode, snapshot }, tell) {
      if (mode.kind !== 'detail' || snapshot === undefined || isBusy) return;
      const question = `${snapshot.takenAt} ${mode.key}`;
      const row = snapshot.rows.find(each => each.key === mode.key);
      const inventory = monitor.inventory();
      if (question === asked || row === undefined || inventory === undefined) return;
      asked = question;
      isBusy = true;
      void processes.inspect(subjectOf(row, inventory)).then(inspection => {
        isBusy = false;
        tell(inspection);
      });
    },
  };
}

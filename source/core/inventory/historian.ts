/** What vigil has done, read from its audit log when it is needed. */
import { type Deed, deedsAbout, historyOf } from '../model/history.ts';
import type { Reading, Row } from '../model/model.ts';
import type { Host } from '../ports/host.ts';

export type Historian = ReturnType<typeof createHistorian>;

export function createHistorian({
  auditLog,
  control,
  processes,
}: {
  readonly auditLog: Pick<Host['auditLog'], 'read'>;
  readonly control: Pick<Host['control'], 'self'>;
  readonly processes: Pick<Host['processes'], 'isRunning'>;
}) {
  let read: readonly unknown[] | undefined;
  let deeds: readonly Deed[] = [];
  /** Oldest first. */
  const all = (): Reading<readonly Deed[]> => {
    const reading = auditLog.read();
    if (!reading.ok) return reading;
    if (reading.value !== read) {
      read = reading.value;
      deeds = historyOf(read, processes.isRunning);
    }
    return { ok: true, value: deeds };
  };
  const known = () => {
    const reading = all();
    return reading.ok ? reading.value : [];
  };
  return {
    all,
    about: ({ key, agentId = key }: Row) => deedsAbout(known(), agentId),
    /** Without what this vigil has done. */
    ofOthers() {
      const { pid, start } = control.self();
      return known().filter(({ by }) => by.pid !== pid || by.start !== start);
    },
  };
}

/** What the screen says about each machine of a fleet. */
import type { HostLine } from '../core/model/host-line.ts';
import type { Row, RowClass, Snapshot } from '../core/model/model.ts';
import type { Clocks } from '../core/termination/escalation.ts';
import { localName } from './fleet-host.ts';
import type { HostState } from './host-state.ts';

/** @param now our clocks at one moment: states have times of the monotonic one. */
export function hostLineOf({ host, contact, last, isStale }: HostState, now: Clocks): HostLine {
  const { name, readOnly } = host;
  const far = last?.far;
  const reason = contact.kind === 'failed' ? contact.reason : undefined;
  const isOpen = contact.kind === 'heard' || contact.kind === 'connecting';
  return {
    name,
    readOnly,
    // A lost connection is no silence while the last snapshot is young.
    state: isOpen && isStale ? 'silent' : contact.kind,
    reason,
    heardAt: last && now.wall - (now.steady - last.at),
    counts: far && !isStale ? countsOf(far.snapshot.rows) : undefined,
    leakedBytes: isStale ? undefined : far?.leakedBytes,
    load: isStale ? undefined : far?.snapshot.vitals?.load,
    cores: far?.snapshot.vitals?.cores,
    version: far?.version,
  };
}

/** This machine, which is polled without a connection. */
export function localLine(
  { rows, totals, vitals, takenAt }: Snapshot,
  readOnly: boolean,
  version: string,
): HostLine {
  return {
    name: localName,
    readOnly,
    state: 'heard',
    heardAt: takenAt,
    counts: countsOf(rows),
    leakedBytes: totals.reclaimableBytes,
    load: vitals?.load,
    cores: vitals?.cores,
    version,
  };
}

function countsOf(rows: readonly Row[]): Readonly<Partial<Record<RowClass, number>>> {
  const counts: Partial<Record<RowClass, number>> = {};
  for (const row of rows) counts[row.class] = (counts[row.class] ?? 0) + 1;
  return counts;
}

/** When which row is inspected. */
import type { Wanted } from '../../core/inventory/inspector.ts';
import type { Inspection } from '../../core/model/inspection.ts';
import { farHostOf } from '../../core/rows/far-rows.ts';
import type { Effect } from './effects.ts';
import type { Event } from './events.ts';
import { isOfRow } from './mode.ts';
import { shownSplit } from './split.ts';
import { openRow, type State } from './state.ts';

/** The cursor must rest on a row for this long, so that moving it fast starts no inspections. */
export const restMs = 120;
/** On another machine an inspection starts a vigil. */
export const farRestMs = 400;

/** What is open is inspected after each poll, and again if a poll came during an inspection. */
export function inspectionDue(before: State, after: State, event: Event): readonly Effect[] {
  const wanted = wantedIn(after);
  if (wanted === undefined) return [];
  const last = wantedIn(before);
  const isSame = last !== undefined && isOf(wanted, { key: last.row.key, aspect: last.aspect });
  if (isSame && last.takenAt === wanted.takenAt && event.kind !== 'inspected') return [];
  const isLate = event.kind === 'inspected' && !isOf(wanted, event.inspection);
  const mayRest = !isOfRow(after.mode) && (!isSame || isLate);
  const rest = farHostOf(wanted.row) === undefined ? restMs : farRestMs;
  return [{ kind: 'inspect', ...wanted, afterMs: mayRest ? rest : 0 }];
}

/** The row that is open or beside the table; a log that is held still is not read. */
function wantedIn(state: State): Wanted | undefined {
  const { mode, snapshot } = state;
  if (mode.kind === 'log' && mode.held !== undefined) return undefined;
  const aspect = isOfRow(mode) ? mode.kind : shownSplit(state);
  const row = openRow(state);
  if (snapshot === undefined || aspect === undefined || row === undefined) return undefined;
  return { row, takenAt: snapshot.takenAt, aspect };
}

function isOf({ row, aspect }: Wanted, other: Pick<Inspection, 'key' | 'aspect'>): boolean {
  return row.key === other.key && aspect === other.aspect;
}

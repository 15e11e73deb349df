/** Rows that need the user's attention: each raises one alarm whenever it becomes a ghost, an orphan, undead, or waiting
 * for input. */
import type { Row, Snapshot } from '../../core/model/model.ts';
import { nameOf } from '../../core/rows/describe.ts';
import { isSilent } from './marks.ts';

/** `unsettled`: there from the beginning, and without a verdict so far. */
type Known = 'ghost' | 'orphan' | 'undead' | 'waiting' | 'calm' | 'unsettled';

export type Alarms = {
  /** What was last known of each row, by key. */
  readonly known: ReadonlyMap<string, Known>;
  /** A poll has read every source: from then on changes count. */
  readonly isBegun: boolean;
  /** Raised by the last poll, one sentence each. */
  readonly raised: readonly string[];
};

export const noAlarms: Alarms = { known: new Map(), isBegun: false, raised: [] };

type OwnEndings = {
  /** Whether vigil itself is ending the row with this key. */
  readonly isEnding: (key: string) => boolean;
  /** Whether it is ending any row: what a process leaves behind then is about to be ended too. */
  readonly isBusy: boolean;
  /** Of rows that were there before and could not be seen: they are no news. */
  readonly isFirst?: (row: Row) => boolean;
};

/** @param rows as shown. */
export function nextAlarms(
  { known, isBegun }: Alarms,
  snapshot: Snapshot,
  rows: readonly Row[],
  { isEnding, isBusy, isFirst }: OwnEndings,
): Alarms {
  const next = new Map<string, Known>();
  const raised: string[] = [];
  for (const row of rows.filter(({ mark }) => mark !== 'gone')) {
    const before = known.get(row.key);
    const now = alarmOf(row) ?? before ?? (isBegun ? undefined : 'unsettled');
    if (now === undefined || (isBusy && before === undefined && now === 'orphan')) continue;
    next.set(row.key, now);
    const isNews = isBegun && now !== before && before !== 'unsettled' && isFirst?.(row) !== true;
    if (isNews && now in words && !isEnding(row.key))
      raised.push(`${nameOf(row)} ${words[now as keyof typeof words]}`);
  }
  // What a source that cannot be read may hold is not gone.
  if (isSilent(snapshot)) for (const [key, was] of known) if (!next.has(key)) next.set(key, was);
  return { known: next, isBegun: isBegun || !isSilent(snapshot), raised };
}

const words = {
  ghost: 'is a ghost',
  orphan: 'is an orphan',
  undead: 'is undead',
  waiting: 'waits for input',
} as const;

/** @returns nothing without a verdict. */
function alarmOf(row: Row): Known | undefined {
  if (row.class === 'unknown') return undefined;
  if (row.class === 'ghost' || row.class === 'orphan' || row.class === 'undead') return row.class;
  const isAlive = row.class !== 'ended';
  return isAlive && (row.activity === 'waiting' || row.status === 'waiting') ? 'waiting' : 'calm';
}

/** Alarms named in one message. */
const mostNamed = 3;

export function alarmText(raised: readonly string[]): string {
  const more = raised.length - mostNamed;
  const named = raised.slice(0, mostNamed).join(', ');
  return more > 0 ? `${named}, and ${more} more` : named;
}

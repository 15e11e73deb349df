/** Totals over rows: counts per class, and resource usage. */
import { isManaged } from '../evidence/manager-owners.ts';
import { identityOf, type Row, rowClasses, type Totals } from '../model/model.ts';
import { sums } from './draft.ts';
import { isUnlisted } from './unlisted.ts';

export type Share = { readonly cpuPercent: number; readonly rssBytes: number };

/** Classes whose resources ending them would reclaim. */
const leakedClasses: ReadonlySet<string> = new Set(['undead', 'husk', 'orphan']);

/** @param workspaces of the poll. */
export function totalsOf(rows: readonly Row[], workspaces: readonly string[]): Totals {
  const counts = Object.fromEntries(rowClasses.map(each => [each, 0])) as Record<
    Row['class'],
    number
  >;
  for (const row of rows) counts[row.class]++;
  const { cpuPercent, rssBytes } = shareOf(rows);
  const reclaimableBytes = shareOf(rows.filter(row => isLeaked(row, workspaces))).rssBytes;
  return { ...counts, cpuPercent: Math.round(cpuPercent * 10) / 10, rssBytes, reclaimableBytes };
}

/** Resource usage by group. */
export type Shares = {
  readonly working: Share;
  /** Orphans, undead and husks. */
  readonly leaked: Share;
  /** The leaked part that a sweep would end: without rows that have a client attached, or are only suspected. */
  readonly sweepable: Share;
};

export function sharesOf(rows: readonly Row[], workspaces: readonly string[]): Shares {
  const leaked = rows.filter(row => isLeaked(row, workspaces));
  return {
    working: shareOf(rows.filter(row => !isLeaked(row, workspaces))),
    leaked: shareOf(leaked),
    sweepable: shareOf(leaked.filter(isSweepable)),
  };
}

function isSweepable({ session, confidence }: Row): boolean {
  return (session?.attached ?? 0) === 0 && confidence !== 'suspected';
}

function isLeaked(row: Row, workspaces: readonly string[]): boolean {
  return leakedClasses.has(row.class) && !isUnlisted(row, workspaces) && !isManaged(row);
}

/** Each process once, even if two workspaces record the same agent. */
function shareOf(rows: readonly Row[]): Share {
  const seen = new Set<string>();
  let cpuPercent = 0;
  let rssBytes = 0;
  for (const row of rows) {
    const again = row.processes.filter(process => seen.has(identityOf(process)));
    const counted = sums(again);
    cpuPercent += row.cpuPercent - counted.cpuPercent;
    rssBytes += row.rssBytes - counted.rssBytes;
    for (const process of row.processes) seen.add(identityOf(process));
  }
  return { cpuPercent, rssBytes };
}

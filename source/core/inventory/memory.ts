/** What is remembered from look to look: who descended from whom, and since when a verdict that
 * has yet to settle has been the same. Bounded: only what the last look still showed is kept. */
import { identityOf, type Row } from '../model.ts';
import type { Lineage } from './attribute.ts';
import type { Draft, Look } from './draft.ts';
import type { Membership } from './named-owners.ts';

export type Memory = {
  readonly lineage: Lineage;
  /** By `class key`: when this verdict was first seen, epoch milliseconds. */
  readonly since: ReadonlyMap<string, number>;
};

export const emptyMemory: Memory = { lineage: new Map(), since: new Map() };

/** Evidence younger than this needs a second look. */
const settleAgeMs = 2000;
/** How long after the first the second look must be. */
export const secondLookMs = 500;

/** Turns drafts into rows: a ghost, orphan, husk or zombie that rests on something young is held
 * back as `unknown` until a second look agrees.
 * @returns the rows, how many of them wait, and what to remember. */
export function settle(drafts: readonly Draft[], now: number, before: Memory['since']) {
  const since = new Map<string, number>();
  let unsettled = 0;
  const rows = drafts.map((draft): Row => {
    const { youngest, ...row } = draft;
    if (youngest === undefined || row.class === 'unknown') return row;
    const id = `${row.class} ${row.key}`;
    const firstSeen = before.get(id) ?? now;
    since.set(id, firstSeen);
    if (now - youngest >= settleAgeMs || now - firstSeen >= secondLookMs) return row;
    unsettled++;
    return {
      ...row,
      class: 'unknown',
      evidence: [
        ...row.evidence,
        `looks like ${row.class}, but is younger than ${settleAgeMs / 1000} s: a second look must agree`,
      ],
    };
  });
  return { rows, unsettled, since };
}

/** Every process that this look gave an owner, for the looks to come. A process of an interactive
 * agent counts too: when that agent is gone, its left-overs are known. */
export function rememberLineage(look: Look, rows: readonly Row[], before: Lineage): Lineage {
  const lineage = new Map<string, Membership>();
  for (const process of look.scene.processes) {
    const identity = identityOf(process);
    const past = before.get(identity);
    const membership = look.attribution.memberships.get(process.pid);
    if (membership !== undefined) lineage.set(identity, past ?? membership);
    else if (past !== undefined) lineage.set(identity, past);
  }
  for (const row of rows) {
    if (row.class !== 'interactive') continue;
    for (const process of row.processes) {
      const identity = identityOf(process);
      const root = row.processes[0]?.pid;
      if (!lineage.has(identity) && process.pid !== root)
        lineage.set(identity, { owner: row.key, reason: `descendant of agent process ${root}` });
    }
  }
  return lineage;
}

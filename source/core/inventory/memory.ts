/** Memory between polls: lineage, and since when a verdict has been the same. Bounded: only what the last
 * poll still found is kept. */

import { doubt, proof } from '../evidence/evidence.ts';
import type { Membership } from '../evidence/named-owners.ts';
import { identityOf, type Row } from '../model/model.ts';
import type { Lineage, Remembered } from './attribute.ts';
import type { Draft, Observation } from './draft.ts';
import type { EndedRows } from './ended-rows.ts';
import { settleAgeMs, settledRow } from './settled-row.ts';

export type Memory = {
  readonly lineage: Lineage;
  /** By row key: the last poll's verdict, and when it was first reached, epoch milliseconds. */
  readonly since: ReadonlyMap<string, Agreed>;
  readonly ended: EndedRows;
};

type Agreed = { readonly verdict: string; readonly since: number };

export const emptyMemory: Memory = { lineage: new Map(), since: new Map(), ended: new Map() };

/** Minimum time between the first and the second poll. */
export const secondPollMs = 500;

/** Turns drafts into rows: a ghost, orphan or husk that rests on something young is `unknown` until a second
 * poll agrees, and a young zombie is no row yet, as most are reaped at once. Each row records since when its
 * verdict (class, confidence, roots, record state) has been the same.
 * @returns the rows, how many are pending, and what to remember. */
export function settle(drafts: readonly Draft[], now: number, before: Memory['since']) {
  const since = new Map<string, Agreed>();
  let unsettled = 0;
  const rows = drafts.flatMap((draft): Row | [] => {
    const known = before.get(draft.key);
    // Only a row that was kept since it settled has its verdict already.
    if (known !== undefined && draft.verdict === known.verdict) {
      const still = notAfter(known, now);
      since.set(draft.key, still);
      return still === known ? draft : settledRow(draft, still.verdict, still.since);
    }
    const { youngest, roots = [], recordState = '', confidence = '' } = draft;
    const verdict = [draft.class, confidence, recordState, ...[...roots].sort()].join('\n');
    const agreed = known?.verdict === verdict ? notAfter(known, now) : { verdict, since: now };
    since.set(draft.key, agreed);
    const row = settledRow(draft, verdict, agreed.since);
    if (youngest === undefined || row.class === 'unknown') return row;
    if (now - youngest >= settleAgeMs || now - agreed.since >= secondPollMs) return row;
    unsettled++;
    if (row.class === 'zombie') return [];
    const text = `${row.class} so far, but younger than ${settleAgeMs / 1000} s: a second poll must agree`;
    return {
      ...row,
      class: 'unknown',
      confidence: undefined,
      evidence: [...row.evidence, doubt('unsettled', text)],
    };
  });
  return { rows, unsettled, since };
}

/** Begins again where the clock was set back: a time in the future would not pass until then. */
function notAfter(known: Agreed, now: number): Agreed {
  return known.since > now ? { ...known, since: now } : known;
}

/** Two polls at least half a second apart have agreed on it: bulk commands act on nothing else. */
export function isAgreed({ agreedSince }: Row, takenAt: number): boolean {
  return agreedSince !== undefined && takenAt - agreedSince >= secondPollMs;
}

/** Every process that this poll gave an owner, for later polls. Members of an interactive agent count too:
 * after it exits, its leftovers are known. */
export function rememberLineage(
  observation: Observation,
  rows: readonly Row[],
  before: Remembered,
): Lineage {
  const lineage = new Map<string, Membership>();
  const { memberships } = observation.attribution;
  for (const pid of new Set([...before.keys(), ...memberships.keys()])) {
    const process = observation.scene.tree.byPid.get(pid);
    if (process === undefined) continue;
    const past = before.get(pid);
    const membership = memberships.get(pid);
    // A claim counts only while an entry makes it: remembered, it would become evidence.
    const isBetter =
      membership !== undefined &&
      membership.evidence.kind !== 'claim' &&
      (past === undefined ||
        (past.evidence.strength !== 'proof' && membership.evidence.strength === 'proof'));
    const isRecorded = isBetter && observation.scene.recordByKey.has(membership.owner);
    const next = isRecorded ? { ...membership, wasRecorded: true } : isBetter ? membership : past;
    if (next !== undefined) lineage.set(identityOf(process), next);
  }
  for (const row of rows) {
    if (row.class !== 'interactive') continue;
    for (const process of row.processes) {
      const identity = identityOf(process);
      const root = row.processes[0]?.pid;
      const evidence = proof('lineage', `seen before: descendant of agent process ${root}`);
      if (!lineage.has(identity) && process.pid !== root)
        lineage.set(identity, { owner: row.key, evidence });
    }
  }
  return lineage;
}

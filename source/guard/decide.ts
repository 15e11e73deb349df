/** What the guard may act on after a look: pure, and nothing without agreeing looks. */
import type { Row } from '../core/model/model.ts';
import { programNamesOf } from '../core/programs/recognise.ts';
import { type Agreement, type Case, caseKey, type Seen } from './agreement.ts';
import { type Action, allowedActions, type GuardConfig } from './config.ts';
import type { Look } from './observer.ts';

/** A case that has agreed for long enough. */
export type Ready = Case & Pick<Seen, 'since' | 'looks'> & { readonly action: Action };

/** A case with an action that is not carried out, and why. */
export type Held = Case & { readonly kind: 'protected' | 'suspected'; readonly reason: string };

export type Decision = {
  /** The longest agreed first. */
  readonly ready: readonly Ready[];
  readonly held: readonly Held[];
};

/** Rows of a class that has an action of its own. */
export function classCases({ snapshot }: Look): readonly Case[] {
  return snapshot.rows
    .filter(row => allowedActions[row.class].length > 1)
    .map(row => ({ subject: row.class, row, text: row.evidence.at(-1)?.text ?? row.class }));
}

/** Applies the policy. A case is ready after `looks` agreeing looks and the minimum age. */
export function decide(
  cases: readonly Case[],
  agreement: Agreement,
  config: GuardConfig,
  at: number,
): Decision {
  const ready: Ready[] = [];
  const held: Held[] = [];
  for (const each of cases) {
    const action = config.policy[each.subject];
    const seen = agreement.get(caseKey(each));
    if (action === 'report' || !allowedActions[each.subject].includes(action)) continue;
    if (seen === undefined || !isAgreed(seen, config, at)) continue;
    const name = protectedBy(each.row, config.protect);
    if (name !== undefined)
      held.push({ ...each, kind: 'protected', reason: `"${name}" is protected (guard.protect)` });
    else if (each.row.confidence === 'suspected')
      held.push({
        ...each,
        kind: 'suspected',
        reason: 'only suspected: no proof that its agent is gone',
      });
    else ready.push({ ...each, action, since: seen.since, looks: seen.looks });
  }
  return { ready: ready.toSorted((a, b) => a.since - b.since), held };
}

/** Whether enough looks agree, for long enough. */
export function isAgreed(
  seen: Seen | undefined,
  { looks, minimumAgeMs }: Pick<GuardConfig, 'looks' | 'minimumAgeMs'>,
  at: number,
): boolean {
  return seen !== undefined && seen.looks >= looks && at - seen.since >= minimumAgeMs;
}

/** @returns the name of the list that the row has: its agent id, session, or one of its programs. */
export function protectedBy(row: Row, protect: readonly string[]): string | undefined {
  if (protect.length === 0) return undefined;
  const names = new Set([
    row.agentId,
    row.session?.name,
    row.type,
    row.task,
    row.key,
    ...row.processes.flatMap(programNamesOf),
  ]);
  return protect.find(name => names.has(name));
}

/** How long, and in how many looks, the guard has seen the same of a row. Pure. */
import type { Row } from '../core/model/model.ts';
import type { Subject } from './config.ts';

/** What the policy may act on: a row by its class, or a live agent by a condition. */
export type Case = {
  readonly subject: Subject;
  readonly row: Row;
  /** Why, for people. */
  readonly text: string;
};

export type Seen = {
  readonly verdict: string;
  /** The first of the agreeing looks, epoch milliseconds. */
  readonly since: number;
  /** Agreeing looks without a break. */
  readonly looks: number;
};

/** By `caseKey`. */
export type Agreement = ReadonlyMap<string, Seen>;

export const noAgreement: Agreement = new Map();

export function caseKey({ subject, row }: Pick<Case, 'subject' | 'row'>): string {
  return `${subject} ${row.key}`;
}

/** Agreed while every source could be read: what is not about one row rests on it. */
export const machineKey = 'machine';

/** Counts a look. What it does not confirm, or confirms with another verdict, begins again.
 * @param isRead whether every source could be read. */
export function agree(
  before: Agreement,
  cases: readonly Case[],
  { at, isRead }: { readonly at: number; readonly isRead: boolean },
): Agreement {
  const verdicts = [
    ...cases.map(each => [caseKey(each), each.row.verdict ?? ''] as const),
    ...(isRead ? [[machineKey, 'read'] as const] : []),
  ];
  return new Map(
    verdicts.map(([key, verdict]) => {
      const known = before.get(key);
      const isSame = known !== undefined && known.verdict === verdict && verdict !== '';
      return [
        key,
        isSame ? { ...known, looks: known.looks + 1 } : { verdict, since: at, looks: 1 },
      ];
    }),
  );
}

/** Starts over for cases whose action has failed, so that they are not tried in every run. */
export function startOver(before: Agreement, keys: ReadonlySet<string>, at: number): Agreement {
  return new Map(
    [...before].map(([key, seen]) => [
      key,
      keys.has(key) ? { ...seen, since: at, looks: 0 } : seen,
    ]),
  );
}

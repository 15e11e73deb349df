/** Reports each case once when looks have agreed on it, and once when it is gone. */
import type { GuardFound } from '../core/model/guard-status.ts';
import { unreadIn } from '../core/reconcile/reconcile.ts';
import { nameOf } from '../core/rows/describe.ts';
import { type Agreement, type Case, caseKey } from './agreement.ts';
import type { GuardConfig } from './config.ts';
import { isAgreed } from './decide.ts';
import type { Look } from './observer.ts';
import type { Report } from './report.ts';

/** @param earlier what an earlier guard has reported. */
export function createFindings(report: Pick<Report, 'say'>, earlier: readonly GuardFound[] = []) {
  let found: ReadonlyMap<string, GuardFound> = new Map(earlier.map(each => [each.key, each]));
  return {
    found: () => [...found.values()],
    note(
      { snapshot, at }: Look,
      cases: readonly Case[],
      agreement: Agreement,
      config: GuardConfig,
    ): void {
      const now = new Map<string, GuardFound>();
      const there = new Set(cases.map(caseKey));
      for (const each of cases) {
        const key = caseKey(each);
        const known = found.get(key);
        if (known === undefined && !isAgreed(agreement.get(key), config, at)) continue;
        const { subject, row } = each;
        const name = nameOf(row);
        now.set(key, known ?? { key, name, subject, target: row.key });
        if (known === undefined)
          report.say({
            event: 'found',
            text: `${subject}: ${name}: ${each.text}`,
            ...{ subject, target: row.key, agentId: row.agentId },
          });
      }
      // What a source that cannot be read may hold is not gone.
      const isUnread = unreadIn(snapshot).length > 0;
      for (const [key, each] of found) {
        if (there.has(key)) continue;
        if (isUnread) now.set(key, each);
        else {
          const { subject, name, target } = each;
          report.say({ event: 'resolved', text: `no longer ${subject}: ${name}`, subject, target });
        }
      }
      found = now;
    },
  };
}

/** A dialog as lines: what it says, and what can be answered. */
import type { Dialog } from '../core/dialog.ts';
import { isEmpty, planSummary } from '../core/reconcile/plan.ts';
import { type Line, span } from './line.ts';
import { type Charset, printable, text } from './printable.ts';
import { planLines, reportLines } from './reconcile-lines.ts';

export function dialogLines(dialog: Dialog, charset: Charset): Line[] {
  const title = (words: string): Line => [span(text` ${printable(words, charset)} `, 'title')];
  switch (dialog.kind) {
    case 'surveying':
      return [title('Reconcile'), [], [span(printable('looking twice, half a second apart'))]];
    case 'preview': {
      if (isEmpty(dialog.plan)) return [title('Reconcile'), ...planLines(dialog.plan, charset)];
      return [
        title(`Reconcile: ${planSummary(dialog.plan)}`),
        [
          span(printable(' > Cancel < '), 'cursor'),
          span(printable('  y changes the registries; a backup is made first'), 'dim'),
        ],
        [],
        ...planLines(dialog.plan, charset),
      ];
    }
    case 'writing':
      return [
        title(`Reconcile: ${planSummary(dialog.plan)}`),
        [],
        [span(printable('changing the registries'))],
      ];
    case 'report':
      return [title('Reconcile'), ...reportLines(dialog.report, charset)];
    case 'refused':
      return [
        title('Nothing is changed'),
        ...dialog.reasons.map((reason): Line => [span(printable(reason, charset), 'problem')]),
      ];
  }
}

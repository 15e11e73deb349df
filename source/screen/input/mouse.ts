/** Mouse reports → actions; each of them also has a key. */

import type { ScreenProps } from '../../components/layout.ts';
import { hitTargetAt } from '../../components/places.ts';
import type { Action } from '../state/actions.ts';
import { actionsOf } from './key-actions.ts';
import type { MouseReport } from './key-reader.ts';

/** xterm's numbers; with a modifier or in motion the number differs and is ignored. */
const buttons = { left: 0, wheelUp: 64, wheelDown: 65 } as const;
/** Rows and lines scroll by this many, as in other programs; list selections by one. */
const wheelStep = 3;

/** @returns the actions, in order. @param screen what is shown. */
export function mouseActions(report: MouseReport, screen: ScreenProps): readonly Action[] {
  const { mode, view } = screen.state;
  if (!report.isPress) return [];
  if (report.button === buttons.wheelUp || report.button === buttons.wheelDown) {
    const step = 'index' in mode ? 1 : wheelStep;
    return [{ kind: 'move', by: report.button === buttons.wheelUp ? -step : step }];
  }
  if (report.button !== buttons.left) return [];
  const place = hitTargetAt(screen, report.x, report.y);
  switch (place?.kind) {
    case undefined:
      return [];
    case 'hint':
      return actionsOf({ kind: 'key', name: place.key }, mode);
    case 'row':
      return [{ kind: 'put cursor', key: place.key }];
    case 'tab':
      return mode.kind === 'table' ? [{ kind: 'tab', tab: place.tab }] : [];
    case 'column': {
      if (mode.kind !== 'table') return [];
      const isSorted = view.sort === place.column;
      return [isSorted ? { kind: 'invert' } : { kind: 'sort', column: place.column }];
    }
  }
}

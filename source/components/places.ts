/** Hit testing: what is drawn at a cell of the screen, as reported by the component that drew it. */
import type { SortColumn } from '../core/rows/describe.ts';
import { visibleRows } from '../screen/state/state.ts';
import { type Tab, tabs } from '../screen/state/tabs.ts';
import { pieceAt } from '../text/line.ts';
import { footerKeyAt } from './footer.tsx';
import { areaAt } from './frame.ts';
import { tabLine } from './header.tsx';
import { footerProps, type ScreenProps, tableProps } from './screen.tsx';
import { columnUnder } from './table.tsx';

export type HitTarget =
  | { readonly kind: 'tab'; readonly tab: Tab }
  | { readonly kind: 'column'; readonly column: SortColumn }
  /** A row of the table, by its key. */
  | { readonly kind: 'row'; readonly key: string }
  /** A hint of the footer, by its key's name. */
  | { readonly kind: 'hint'; readonly key: string };

/** @param x cell of the terminal, from 0.
 * @param y row of the terminal, from 0.
 * @returns undefined if nothing there can be acted on. */
export function hitTargetAt(
  { state, layout, paint, footerKeys }: ScreenProps,
  x: number,
  y: number,
): HitTarget | undefined {
  const { frame, size } = layout;
  const width = Math.max(1, size.columns);
  const at = x < width ? areaAt(frame, y) : undefined;
  switch (at?.area) {
    case undefined:
    case 'header':
      return undefined;
    case 'tabs': {
      const shown = pieceAt(tabLine(state, paint), x)?.text.slice(1, -1);
      const tab = tabs.find(each => each === shown);
      return tab && { kind: 'tab', tab };
    }
    case 'heading': {
      const column = columnUnder(tableProps(state, frame, width, paint), x);
      return column && { kind: 'column', column };
    }
    case 'body': {
      const isTable = state.mode.kind === 'table' || state.mode.kind === 'filter';
      const row = isTable ? visibleRows(state)[state.top + at.row]?.row : undefined;
      return row && { kind: 'row', key: row.key };
    }
    case 'footer': {
      const key = footerKeyAt(footerProps(state, footerKeys, width, paint), x);
      return key === undefined ? undefined : { kind: 'hint', key };
    }
  }
}

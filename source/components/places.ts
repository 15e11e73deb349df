/** What is drawn at a place of the screen, by what has drawn it. */
import type { SortColumn } from '../core/rows/describe.ts';
import { visibleRows } from '../screen/state/state.ts';
import { type Tab, tabs } from '../screen/state/tabs.ts';
import { pieceAt } from '../text/line.ts';
import { footerKeyAt } from './footer.tsx';
import { areaAt } from './frame.ts';
import { tabLine } from './header.tsx';
import { footerProps, type ScreenProps, tableProps } from './screen.tsx';
import { columnUnder } from './table.tsx';

export type Place =
  | { readonly kind: 'tab'; readonly tab: Tab }
  | { readonly kind: 'column'; readonly column: SortColumn }
  /** A row of the table, by its key. */
  | { readonly kind: 'row'; readonly key: string }
  /** A hint of the footer, by its key's name. */
  | { readonly kind: 'hint'; readonly key: string };

/** @param x a cell of the terminal, from 0, and @param y a row of it.
 * @returns nothing where there is nothing to act on. */
export function placeAt(
  { state, layout, paint, footerKeys }: ScreenProps,
  x: number,
  y: number,
): Place | undefined {
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

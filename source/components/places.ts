/** Hit testing: what is drawn at a cell of the screen, as reported by the component that drew it. */
import type { SortColumn } from '../core/rows/describe.ts';
import { keyOfItem } from '../screen/state/items.ts';
import { visibleItems } from '../screen/state/state.ts';
import { type Tab, tabs } from '../screen/state/tabs.ts';
import { pieceAt } from '../text/line.ts';
import { footerKeyAt } from './footer.tsx';
import { areaAt } from './frame.ts';
import { tabLine } from './header.tsx';
import type { ScreenProps } from './layout.ts';
import { columnUnder } from './table.tsx';

export type HitTarget =
  | { readonly kind: 'tab'; readonly tab: Tab }
  | { readonly kind: 'column'; readonly column: SortColumn }
  /** A row of the table or a heading, by its key. */
  | { readonly kind: 'row'; readonly key: string }
  /** A hint of the footer, by its key's name. */
  | { readonly kind: 'hint'; readonly key: string };

/** @param x cell of the terminal, from 0.
 * @param y row of the terminal, from 0.
 * @returns undefined if nothing there can be acted on. */
export function hitTargetAt(props: ScreenProps, x: number, y: number): HitTarget | undefined {
  const { state, layout, paint } = props;
  const at = x < layout.width ? areaAt(layout.frame, y) : undefined;
  switch (at?.area) {
    case undefined:
    case 'header':
      return undefined;
    case 'tabs': {
      const shown = pieceAt(tabLine(state, layout.width, paint.charset), x)?.text.slice(1, -1);
      const tab = tabs.find(each => each === shown);
      return tab && { kind: 'tab', tab };
    }
    case 'heading': {
      if (x >= layout.listWidth) return undefined;
      const column = columnUnder(props, x);
      return column && { kind: 'column', column };
    }
    case 'body': {
      const isTable = state.mode.kind === 'table' || state.mode.kind === 'filter';
      const isInList = isTable && x < layout.listWidth;
      const key = isInList ? keyOfItem(visibleItems(state)[state.top + at.row]) : undefined;
      return key === undefined ? undefined : { kind: 'row', key };
    }
    case 'footer': {
      const key = footerKeyAt(props, x);
      return key === undefined ? undefined : { kind: 'hint', key };
    }
  }
}

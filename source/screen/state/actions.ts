/** What a key or a click asks for. Keys become actions through one table (`keys.ts`). */
import type { SortColumn } from '../../core/rows/describe.ts';
import type { Tab } from './tabs.ts';

export type Action =
  | { readonly kind: 'move'; readonly by: number }
  /** Onto this row, by its key. */
  | { readonly kind: 'put cursor'; readonly key: string }
  | { readonly kind: 'page'; readonly by: 1 | -1 }
  | { readonly kind: 'jump'; readonly to: 'first' | 'last' }
  | { readonly kind: 'filter' }
  | { readonly kind: 'type'; readonly text: string }
  | { readonly kind: 'erase' }
  | { readonly kind: 'erase all' }
  | { readonly kind: 'accept' }
  | { readonly kind: 'back' }
  | { readonly kind: 'tab'; readonly tab: Tab }
  | { readonly kind: 'next tab'; readonly by: 1 | -1 }
  | { readonly kind: 'tree' }
  | { readonly kind: 'invert' }
  | { readonly kind: 'choose sort' }
  | { readonly kind: 'sort'; readonly column: SortColumn }
  | { readonly kind: 'pause' }
  | { readonly kind: 'pace'; readonly by: 1 | -1 }
  | { readonly kind: 'refresh' }
  /** What is shown first, and asked about. */
  | { readonly kind: 'reconcile' | 'sweep' | 'shutdown' }
  | { readonly kind: 'end'; readonly force: boolean }
  /** Freeze what runs, or thaw it. */
  | { readonly kind: 'freeze' }
  | { readonly kind: 'tag' }
  /** With every agent that was deployed by it, or below it. */
  | { readonly kind: 'tag family' }
  | { readonly kind: 'untag all' }
  /** Yes, in a dialog. */
  | { readonly kind: 'confirm' }
  | { readonly kind: 'events' }
  | { readonly kind: 'help' }
  | { readonly kind: 'detail' }
  /** Show the session of the row in this terminal. */
  | { readonly kind: 'attach' }
  /** Keep the row in sight, and say so when it goes. */
  | { readonly kind: 'follow' }
  | { readonly kind: 'palette' }
  | { readonly kind: 'redraw' }
  | { readonly kind: 'suspend' }
  | { readonly kind: 'quit' };

/** What lies over the table, and so what the keys mean. */
import type { Dialog } from './dialog.ts';

export type Mode =
  | { readonly kind: 'table' }
  | { readonly kind: 'filter' }
  | { readonly kind: 'sort'; readonly index: number }
  /** The list of actions; `typed` are the words that they must have. */
  | { readonly kind: 'palette'; readonly typed: string; readonly index: number }
  | { readonly kind: 'help'; readonly top: number }
  | { readonly kind: 'events'; readonly top: number }
  | { readonly kind: 'detail'; readonly key: string; readonly top: number }
  | {
      readonly kind: 'dialog';
      readonly dialog: Dialog;
      readonly top: number;
      /** Its question has been on the screen for long enough to be read: only then it can be confirmed. */
      readonly isArmed?: boolean;
    };

/** A question is not confirmed by what was typed, or pasted, before anybody can have read it. */
export const armingMs = 400;

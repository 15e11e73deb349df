/** What covers the table, and thereby the meaning of keys. */
import type { ColumnMenu } from './column-menu.ts';
import type { Dialog } from './dialog.ts';
import type { LogMode } from './log-mode.ts';
import type { SignalMenu } from './signal-menu.ts';

type DetailMode = { readonly kind: 'detail'; readonly key: string; readonly top: number };

export type Mode =
  | { readonly kind: 'table' }
  | { readonly kind: 'filter' }
  | { readonly kind: 'sort'; readonly index: number }
  /** The command list; `typed` holds the words to match. */
  | { readonly kind: 'palette'; readonly typed: string; readonly index: number }
  | (SignalMenu & { readonly kind: 'signals' })
  | (ColumnMenu & { readonly kind: 'columns' })
  | { readonly kind: 'help' | 'events'; readonly top: number }
  | DetailMode
  | LogMode
  | {
      readonly kind: 'dialog';
      readonly dialog: Dialog;
      readonly top: number;
      /** Its question has been shown long enough to be read: only then can it be confirmed. */
      readonly isArmed?: boolean;
      /** The details that it was opened from: they are there again once it is left. */
      readonly over?: DetailMode;
    };

/** Keys typed or pasted before the question was readable must not confirm it. */
export const armingMs = 400;

/** What is under it. */
export function under(mode: Mode): Mode {
  return (mode.kind === 'dialog' ? mode.over : undefined) ?? { kind: 'table' };
}

/** Modes that show one row. */
export function isOfRow(mode: Mode): mode is Extract<Mode, { kind: 'detail' | 'log' }> {
  return mode.kind === 'detail' || mode.kind === 'log';
}

/** Whether letters belong to the search in a log. */
export function isSearchTyped(mode: Mode): mode is LogMode {
  return mode.kind === 'log' && mode.search?.isTyped === true;
}

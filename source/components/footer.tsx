/** The footer: the keys of the current mode, from the key table, or the filter being typed. */
import { type Dialog, mayConfirm } from '../screen/state/dialog.ts';
import type { Mode } from '../screen/state/mode.ts';
import type { State } from '../screen/state/state.ts';
import { cellsOf, type Line, pieceAt, type Span, span } from '../text/line.ts';
import { type Printable, printable, text } from '../text/printable.ts';
import { type Paint, TextLine } from './text-line.tsx';

/** One key and its label, from the key table. */
export type FooterKey = {
  readonly shown: string;
  readonly word: string;
  /** The key reader's name for it; without one a click does nothing. */
  readonly key?: string;
  /** Disabled with --read-only. */
  readonly changes?: boolean;
};

export type FooterProps = {
  readonly state: State;
  readonly keys: readonly FooterKey[];
  readonly position: { readonly index: number; readonly count: number };
  readonly width: number;
  readonly paint: Paint;
};

export function Footer(props: FooterProps) {
  const { width, paint } = props;
  return <TextLine line={footerPieces(props)} width={width} paint={paint} />;
}

/** @param x cell of the footer, from 0. @returns the key of the hint drawn there. */
export function footerKeyAt(props: FooterProps, x: number): string | undefined {
  return pieceAt(footerPieces(props), x)?.key;
}

/** Part of a hint, with its key. */
type Piece = Span & { readonly key?: string };

function footerPieces({ state, keys, position, width, paint }: FooterProps): readonly Piece[] {
  const { charset } = paint;
  const { mode } = state;
  if (mode.kind === 'filter')
    return typedLine(
      text`filter: `,
      state.view.filter,
      text`  Enter keeps it, Esc clears it`,
      paint,
    );
  if (mode.kind === 'palette')
    return typedLine(text`Command: `, mode.typed, text`  (Enter runs it, Esc closes)`, paint);
  const end = [
    ...(state.readOnly ? [span(text`read-only `, 'problem')] : []),
    ...(state.followed === undefined ? [] : [span(text`following `, 'key')]),
    span(position.count > 0 ? text` ${position.index + 1}/${position.count}` : text``, 'dim'),
  ];
  const hints = hintsFor(mode, keys).map(({ shown, word, key, changes }): Piece[] => [
    { ...span(printable(shown, charset), changes === true && state.readOnly ? 'dim' : 'key'), key },
    { ...span(text` ${printable(word)}`, 'dim'), key },
    span(text`  `, 'dim'),
  ]);
  return [...fitting(hints, width - cellsOf(end)).flat(), ...end];
}

/** The typed text, its end, and the key that leaves. */
function typedLine(title: Printable, typed: string, hint: Printable, { charset }: Paint): Line {
  return [
    span(title, 'key'),
    span(printable(typed, charset)),
    span(text`_`, 'cursor'),
    span(hint, 'dim'),
  ];
}

/** If not all hints fit, drop those before the last one: the key that leaves is always shown. */
function fitting(hints: readonly (readonly Piece[])[], width: number) {
  const shown = [...hints];
  while (shown.length > 1 && cellsOf(shown.flat()) > width) shown.splice(-2, 1);
  return shown;
}

function hintsFor(mode: Mode, keys: readonly FooterKey[]): readonly FooterKey[] {
  switch (mode.kind) {
    case 'dialog':
      return dialogHints(mode.dialog);
    case 'table':
    case 'filter':
    case 'palette':
      return keys;
    case 'sort':
      return [
        { shown: 'Enter', key: 'enter', word: 'sort' },
        { shown: 'Esc', key: 'escape', word: 'back' },
      ];
    case 'help':
    case 'events':
      return [
        { shown: '↑ ↓', word: 'scroll' },
        { shown: 'Esc', key: 'escape', word: 'back' },
      ];
    case 'detail':
      return [
        { shown: '↑ ↓', word: 'scroll' },
        { shown: 'x', word: 'end', changes: true },
        { shown: 'a', key: 'a', word: 'attach' },
        { shown: 'Esc', key: 'escape', word: 'back' },
      ];
  }
}

/** Only a key confirms, never a click: a double click on a verb's hint would confirm at once. */
function dialogHints(dialog: Dialog): readonly FooterKey[] {
  const scroll = { shown: '↑ ↓', word: 'scroll' };
  const leave = [scroll, { shown: 'Esc', word: 'back', key: 'escape' }];
  switch (dialog.kind) {
    case 'previewing':
      return [{ shown: 'Esc', key: 'escape', word: 'cancel' }];
    case 'shutdown':
      return [
        scroll,
        { shown: 'Enter', word: 'confirm' },
        { shown: 'Esc', key: 'escape', word: 'cancel' },
      ];
    case 'end':
    case 'sweep':
    case 'quit':
    case 'preview':
      if (!mayConfirm(dialog)) return leave;
      return [
        scroll,
        { shown: 'y', word: 'confirm' },
        { shown: 'n Esc', key: 'n', word: 'cancel' },
      ];
    case 'writing':
      return [];
    case 'report':
    case 'swept':
    case 'shut down':
    case 'refused':
      return leave;
  }
}

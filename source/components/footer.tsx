/** The footer: the keys of the current mode, from the key table, or the filter being typed. */
import type { Row } from '../core/model/model.ts';
import { filterFault } from '../core/rows/filter.ts';
import {
  type Dialog,
  isTypingReason,
  mayConfirm,
  takesReason,
  wordOf,
} from '../screen/state/dialog.ts';
import type { LogMode } from '../screen/state/log-mode.ts';
import { isSearchTyped } from '../screen/state/mode.ts';
import { type State, visibleItems } from '../screen/state/state.ts';
import { cellsOf, pieceAt, type Span, spansIn } from '../text/line.ts';
import { canScroll, type FooterKey, linesBelow, type ScreenProps } from './layout.ts';
import { coversFooter, noticeLine } from './notice-line.ts';
import { Lines } from './text-line.tsx';
import { typedLine } from './typed-line.ts';

export function Footer(props: ScreenProps) {
  return <Lines lines={[footerPieces(props)]} width={props.layout.width} paint={props.paint} />;
}

/** @param x cell of the footer, from 0. @returns the key of the hint drawn there. */
export function footerKeyAt(props: ScreenProps, x: number): string | undefined {
  return pieceAt(footerPieces(props), x)?.key;
}

/** Least width for words beside the number of hidden lines. */
const roomy = 60;

/** Part of a hint, with its key. */
type Piece = Span & { readonly key?: string };

function footerPieces({ state, layout, paint, footerKeys }: ScreenProps): readonly Piece[] {
  const notice = coversFooter(state) ? noticeLine(state, paint.charset) : undefined;
  if (notice !== undefined) return notice;
  const say = spansIn(paint.charset);
  const { mode, readOnly, followed, cursor } = state;
  const { width } = layout;
  const typed = (title: string, text: string, hint: string, wrong?: string) =>
    typedLine({ title, text, hint, fault: wrong }, width, paint.charset);
  if (mode.kind === 'filter')
    return typed(
      'filter: ',
      state.view.filter,
      '  Enter keeps it, Esc clears it',
      filterFault(state.view.filter),
    );
  if (mode.kind === 'palette')
    return typed('Command: ', mode.typed, '  (Enter runs it, Esc closes)');
  if (mode.kind === 'signals')
    return typed('Signal: ', mode.typed, '  (Enter shows its plan, Esc closes)');
  if (isSearchTyped(mode))
    return typed('search: ', mode.search?.text ?? '', '  Enter finds it, Esc clears it');
  const count = visibleItems(state).length;
  const below = linesBelow(layout, state);
  const end = [
    ...(readOnly ? [say('read-only ', 'problem')] : []),
    ...(followed === undefined ? [] : [say('following ', 'key')]),
    ...(below > 0 ? [say(layout.width < roomy ? ` ↓${below}` : ` ↓ ${below} more`, 'key')] : []),
    say(count > 0 && mode.kind === 'table' ? ` ${cursor.index + 1} of ${count}` : '', 'dim'),
  ];
  const wanted = hintsFor(state, footerKeys).filter(each => each !== scroll || canScroll(layout));
  const hints = wanted.map(({ shown, word, key, changes }): Piece[] => [
    { ...say(shown, changes && readOnly ? 'dim' : 'key'), key },
    { ...say(` ${word}`, 'dim'), key },
    say('  ', 'dim'),
  ]);
  const shown = fitting(hints, width - cellsOf(end)).flat();
  const space = Math.max(0, width - cellsOf([...shown, ...end]));
  return cellsOf(end) === 0 ? shown : [...shown, say(' '.repeat(space)), ...end];
}

/** If not all hints fit, drop those before the last one: the key that leaves is always shown. */
function fitting(hints: readonly (readonly Piece[])[], width: number) {
  const shown = [...hints];
  while (shown.length > 1 && cellsOf(shown.flat()) > width) shown.splice(-2, 1);
  return shown;
}

const scroll: FooterKey = { shown: '↑ ↓', word: 'scroll' };
const back: FooterKey = { shown: 'Esc', key: 'escape', word: 'back' };
const cancel: FooterKey = { ...back, word: 'cancel' };

function hintsFor(state: State, keys: readonly FooterKey[]): readonly FooterKey[] {
  const { mode } = state;
  switch (mode.kind) {
    case 'dialog':
      return dialogHints(mode.dialog);
    case 'table':
    case 'filter':
    case 'palette':
    case 'signals':
      return keys;
    case 'columns':
      return [{ shown: 'Space', word: 'show or hide' }, { shown: '< >', word: 'move' }, back];
    case 'sort':
      return [{ shown: 'Enter', key: 'enter', word: 'sort' }, back];
    case 'help':
    case 'events':
      return [scroll, back];
    case 'log':
      return logHints(mode);
    case 'detail':
      return detailHints(state.snapshot?.rows.find(row => row.key === mode.key));
  }
}

function detailHints(row: Row | undefined): readonly FooterKey[] {
  const end: FooterKey = { shown: 'x', word: 'end', changes: true };
  const attach: FooterKey = { shown: 'a', key: 'a', word: 'attach' };
  return [
    scroll,
    ...(row === undefined || row.class === 'ended' ? [] : [end]),
    ...(row?.session === undefined ? [] : [attach]),
    back,
  ];
}

function logHints({ search }: LogMode): readonly FooterKey[] {
  const next: readonly FooterKey[] = [
    { shown: 'n', key: 'n', word: 'next' },
    { shown: 'N', key: 'N', word: 'previous' },
  ];
  return [
    scroll,
    { shown: '/', key: '/', word: 'search' },
    ...(search === undefined ? [] : next),
    { shown: 'G', key: 'G', word: 'follow' },
    back,
  ];
}

/** Only a key confirms, never a click: a double click on a verb's hint would confirm at once. */
function dialogHints(dialog: Dialog): readonly FooterKey[] {
  if (dialog.kind === 'previewing') return [cancel];
  if (dialog.kind === 'writing') return [];
  if (!mayConfirm(dialog)) return [scroll, back];
  if (wordOf(dialog) !== undefined) return [scroll, { shown: 'Enter', word: 'confirm' }, cancel];
  if (isTypingReason(dialog)) return [{ shown: 'Enter', word: 'keep the reason' }, cancel];
  const reason: readonly FooterKey[] = takesReason(dialog)
    ? [{ shown: 'm', key: 'm', word: 'reason' }]
    : [];
  return [
    scroll,
    { shown: 'y', word: 'confirm' },
    ...reason,
    { shown: 'n Esc', key: 'n', word: 'cancel' },
  ];
}

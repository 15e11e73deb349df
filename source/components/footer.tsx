/** The footer: the keys that matter here, from the key table, or the filter being typed. */
import type { Dialog } from '../core/dialog.ts';
import type { Mode } from '../core/mode.ts';
import type { State } from '../core/state.ts';
import { cellsOf, type Line, type Span, span } from '../text/line.ts';
import { printable, text } from '../text/printable.ts';
import { type Paint, TextLine } from './text-line.tsx';

/** One key and its word, as the key table gives them. */
export type FooterKey = {
  readonly shown: string;
  readonly word: string;
  /** Not to be had with --read-only. */
  readonly changes?: boolean;
};

export type FooterProps = {
  readonly state: State;
  readonly keys: readonly FooterKey[];
  readonly position: { readonly index: number; readonly count: number };
  readonly width: number;
  readonly paint: Paint;
};

export function Footer({ state, keys, position, width, paint }: FooterProps) {
  return (
    <TextLine line={footerLine(state, keys, position, width, paint)} width={width} paint={paint} />
  );
}

function footerLine(
  state: State,
  keys: readonly FooterKey[],
  position: FooterProps['position'],
  width: number,
  { charset }: Paint,
): Line {
  if (state.mode.kind === 'filter')
    return [
      span(text`filter: `, 'key'),
      span(printable(state.view.filter, charset)),
      span(text`_`, 'cursor'),
      span(text`  Enter keeps it, Esc clears it`, 'dim'),
    ];
  const end = [
    ...(state.readOnly ? [span(text`read-only `, 'problem')] : []),
    span(position.count > 0 ? text` ${position.index + 1}/${position.count}` : text``, 'dim'),
  ];
  const hints = hintsFor(state.mode, keys).map(({ shown, word, changes }): Span[] => [
    span(printable(shown, charset), changes === true && state.readOnly ? 'dim' : 'key'),
    span(text` ${printable(word)}  `, 'dim'),
  ]);
  return [...fitting(hints, width - cellsOf(end)).flat(), ...end];
}

/** Where not all hints fit, those before the last one go: how to leave is always said. */
function fitting(hints: readonly Line[], width: number): readonly Line[] {
  const shown = [...hints];
  while (shown.length > 1 && cellsOf(shown.flat()) > width) shown.splice(-2, 1);
  return shown;
}

function hintsFor(mode: Mode, keys: readonly FooterKey[]): readonly FooterKey[] {
  switch (mode.kind) {
    case 'dialog':
      return dialogHints(mode.dialog.kind);
    case 'table':
    case 'filter':
      return keys;
    case 'sort':
      return [
        { shown: 'Enter', word: 'sort by it' },
        { shown: 'Esc', word: 'back' },
      ];
    case 'help':
    case 'events':
    case 'detail':
      return [
        { shown: '↑ ↓', word: 'scroll' },
        { shown: 'Esc', word: 'back' },
      ];
  }
}

function dialogHints(kind: Dialog['kind']): readonly FooterKey[] {
  const scroll = { shown: '↑ ↓', word: 'scroll' };
  switch (kind) {
    case 'surveying':
      return [{ shown: 'Esc', word: 'cancel' }];
    case 'shutdown':
      return [scroll, { shown: 'Enter', word: 'go ahead' }, { shown: 'Esc', word: 'cancel' }];
    case 'end':
    case 'sweep':
    case 'quit':
    case 'preview':
      return [scroll, { shown: 'y', word: 'yes' }, { shown: 'n Esc', word: 'cancel' }];
    case 'writing':
      return [];
    case 'report':
    case 'swept':
    case 'shut down':
    case 'refused':
      return [scroll, { shown: 'Esc', word: 'back' }];
  }
}

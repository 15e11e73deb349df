/** The current notice as a line of the screen, coloured by what it says. */
import { isSearchTyped } from '../screen/state/mode.ts';
import type { Mood } from '../screen/state/notice.ts';
import type { State } from '../screen/state/state.ts';
import { type Line, spansIn, type Tone } from '../text/line.ts';
import type { Charset } from '../text/printable.ts';

const tones: Readonly<Record<Mood, Tone>> = { good: 'good', bad: 'problem', plain: 'key' };

/** It stands in place of the key hints: they always say the same. */
export function coversFooter({ mode }: State): boolean {
  return !['dialog', 'filter', 'palette', 'signals'].includes(mode.kind) && !isSearchTyped(mode);
}

/** @returns undefined if there is no notice. */
export function noticeLine({ notice }: State, charset: Charset): Line | undefined {
  return notice && [spansIn(charset)(notice.text, tones[notice.mood])];
}

/** The line in which text is typed: its title, the text, the cursor, and a hint. */
import { cellsOf, type Line, type Span, spansIn } from '../text/line.ts';
import { type Charset, truncate } from '../text/printable.ts';

type Typed = {
  readonly title: string;
  readonly text: string;
  readonly hint: string;
  /** What is wrong with the text; in place of the hint. */
  readonly fault?: string;
};

/** Fewest cells of the text: its end has to be visible while it is typed. */
const fewest = 8;

/** The beginning of a long text gives way to the hint. */
export function typedLine(typed: Typed, width: number, charset: Charset): Line {
  const say = spansIn(charset);
  const title = say(typed.title, 'key');
  const text = say(typed.text);
  const end: Span[] = [
    say('_', 'cursor'),
    typed.fault === undefined ? say(typed.hint, 'dim') : say(`  ${typed.fault}`, 'problem'),
  ];
  const room = Math.max(fewest, width - cellsOf([title, ...end]));
  return [title, { ...text, text: truncate(text.text, room, charset, 'start') }, ...end];
}

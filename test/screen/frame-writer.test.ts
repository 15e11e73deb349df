/** Frames → bytes: only what changed. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createFrameWriter } from '../../source/screen/terminal/frame-writer.ts';

function writer(rows = 10) {
  const written: string[] = [];
  const frames = createFrameWriter(
    text => written.push(text),
    () => rows,
  );
  return { frames, take: () => written.splice(0).join('') };
}

it('writes nothing when nothing changed', () => {
  const { frames, take } = writer();
  frames.show('a\nb');
  expect(take()).toContain('a');
  frames.show('a\nb');
  expect(take()).toBe('');
});

it('writes only the lines that changed, at their position', () => {
  const { frames, take } = writer();
  frames.show('first\nsecond\nthird');
  take();
  frames.show('first\nchanged\nthird');
  const update = take();
  expect(update).toContain('\u001b[2;1Hchanged');
  expect(update).not.toContain('first');
  expect(update).not.toContain('third');
});

it('clears the rest below a shorter frame', () => {
  const { frames, take } = writer();
  frames.show('a\nb\nc');
  take();
  frames.show('a');
  expect(take()).toContain('\u001b[2;1H\u001b[J');
});

it('redraws everything once the terminal’s content is unknown', () => {
  const { frames, take } = writer();
  frames.show('a\nb');
  take();
  frames.forget();
  frames.show('a\nb');
  expect(take()).toMatch(/\[2J.*a.*b/s);
});

it('never writes below the last row', () => {
  const { frames, take } = writer(2);
  frames.show('a\nb\nc\nd');
  expect(take()).not.toContain('c');
});

it('writes only the changed cells of a line, with their style', () => {
  const { frames, take } = writer();
  const line = (cpu: string, word: string) =>
    `> \u001b[32mlive\u001b[39m  code_auditor-213536-71587d  ${cpu}  210M  1h30  ${word}`;
  frames.show(line('12.3', 'working'));
  take();
  frames.show(line('12.4', 'working'));
  expect(take()).toBe('\u001b[?2026h\u001b[1;40H4\u001b[?2026l');
  frames.show(line('12.4', '\u001b[1mblocked\u001b[22m'));
  expect(take()).toBe('\u001b[?2026h\u001b[1;55H\u001b[0;1mblocked\u001b[0m\u001b[?2026l');
});

it('writes a line whole if its characters may be wider on some terminals', () => {
  const { frames, take } = writer();
  frames.show('仕事 one two three four');
  take();
  frames.show('仕事 one two three five');
  expect(take()).toContain('\u001b[1;1H仕事 one two three five');
});

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const pieces = /\u001b\[([?\d;]*)([A-Za-z])|([^\u001b])/g;

/** The terminal's content after these bytes: characters and their styles, by position. */
function screenAfter(bytes: string, rows: number, columns: number): string[][] {
  const screen = Array.from({ length: rows }, () => Array<string>(columns).fill(' '));
  let [row, column, style] = [0, 0, ''];
  for (const [, parameters, final, text] of bytes.matchAll(pieces)) {
    if (final === 'H')
      [row = 0, column = 0] = (parameters ?? '').split(';').map(each => Number(each) - 1);
    else if (final === 'K') screen[row]?.fill(' ', column);
    else if (final === 'J' && parameters === '2') for (const line of screen) line.fill(' ');
    else if (final === 'J') for (const line of screen.slice(row)) line.fill(' ');
    else if (final === 'm') style = after(style, parameters ?? '');
    else if (text !== undefined) {
      const line = screen[row] as string[];
      line[column++] = text === ' ' && style === '' ? ' ' : `${style}${text}`;
    }
  }
  return screen;
}
/** The SGR parameters in effect after these. */
function after(style: string, parameters: string): string {
  let now = style
    .split(';')
    .filter(each => each !== '')
    .map(Number);
  for (const code of parameters.split(';').map(Number)) {
    if (code === 0) now = [];
    else if (code === 39) now = now.filter(each => each < 30);
    else if (code === 22) now = now.filter(each => each > 2);
    else if (code === 27) now = now.filter(each => each !== 7);
    else now = now.filter(each => code < 30 || each < 30).concat(code);
  }
  return now.sort((a, b) => a - b).join(';');
}

it('leaves exactly the frame on the terminal, whatever was there before', () => {
  const piece = fc.record({
    text: fc.constantFrom('live', 'undead  ', ' 12.3', '–', '…', '仕', 'x', '          '),
    style: fc.constantFrom('', '31', '32', '1', '7'),
  });
  const ends: Readonly<Record<string, string>> = { 31: '39', 32: '39', 1: '22', 7: '27' };
  const line = fc
    .array(piece, { maxLength: 6 })
    .map(pieces =>
      pieces
        .map(({ text, style }) =>
          style === '' ? text : `\u001b[${style}m${text}\u001b[${ends[style]}m`,
        )
        .join(''),
    );
  const frame = fc.array(line, { minLength: 1, maxLength: 5 }).map(lines => lines.join('\n'));
  fc.assert(
    fc.property(fc.array(frame, { minLength: 2, maxLength: 6 }), all => {
      const { frames, take } = writer();
      for (const each of all) frames.show(each);
      const changed = screenAfter(take(), 10, 80);
      const { frames: fresh, take: takeFresh } = writer();
      fresh.show(all.at(-1) ?? '');
      expect(changed).toEqual(screenAfter(takeFresh(), 10, 80));
    }),
    { numRuns: 1000 },
  );
});

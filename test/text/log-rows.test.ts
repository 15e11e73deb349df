/** Lines folded to the terminal's width, and searches in them. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createLogFolder, findIn, logLine } from '../../source/text/log-rows.ts';
import { fold, printable, widthOf } from '../../source/text/printable.ts';

const folded = (lines: readonly string[], width: number, isLog = false) =>
  createLogFolder(isLog, width, 'unicode')(lines);

it('rows are at most as wide as the terminal, and joined they are the text', () => {
  const width = fc.integer({ min: 6, max: 30 });
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 90 }), width, (raw, cells) => {
      const text = printable(raw, 'unicode');
      const rows = fold(text, cells);
      expect(rows.join('')).toBe(text);
      expect(rows.filter(row => widthOf(row) > cells)).toEqual([]);
      expect(rows.length).toBeGreaterThan(0);
    }),
  );
});

it('a row ends behind a space unless that leaves it less than half full', () => {
  expect(folded(['keeps the first one', 'of 仕事 仕事 it'], 10).rows).toEqual([
    'keeps the ',
    'first one',
    'of 仕事 ',
    '仕事 it',
  ]);
  expect(folded(['a /very/long/path'], 10).rows).toEqual(['a /very/lo', 'ng/path']);
});

it('a line of a log is shown by its message, hostile characters as escapes', () => {
  const line = '{"type":"assistant","message":"\\u001b]0;x\\u0007 \\u202e"}';
  expect(folded([line], 80, true).rows).toEqual(['assistant \\e]0;x\\x07 \\u{202e}']);
  expect(folded([line, ''], 80).rows).toEqual([line, '']);
});

it('finds whatever the case, also across a fold, and takes no text for a pattern', () => {
  const log = folded(['the_LOCK is held', 'a.b axb', 'no'], 6);
  expect(log.rows).toEqual(['the_LO', 'CK is ', 'held', 'a.b ', 'axb', 'no']);
  const lock = findIn(log, 'lock', 'unicode');
  expect(lock.rows).toEqual([0]);
  expect([...lock.ranges]).toEqual([
    [0, [[4, 6]]],
    [1, [[0, 2]]],
  ]);
  expect([...findIn(log, 'a.b', 'unicode').ranges]).toEqual([[3, [[0, 3]]]]);
  for (const text of ['(', '[', '\\', '$', '-', ''])
    expect(findIn(log, text, 'unicode').rows).toEqual([]);
});

it('a match is marked by more than colour', () => {
  const tones = (isCurrent: boolean) =>
    logLine(printable('a lock'), [[2, 6]], isCurrent).map(({ text, tone }) => [text, tone]);
  expect(tones(false)).toEqual([
    ['a ', 'plain'],
    ['lock', 'match'],
  ]);
  expect(tones(true)).toEqual([
    ['a ', 'plain'],
    ['lock', 'cursor'],
  ]);
});

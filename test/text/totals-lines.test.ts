/** The last lines of `vigil list`: counts and usage. */
import { expect, it } from 'vitest';
import { cellsOf } from '../../source/text/line.ts';
import { totalsLines } from '../../source/text/snapshot-lines.ts';
import { snapshotOf } from '../fixtures/snapshot.ts';

const texts = (width: number | undefined) =>
  totalsLines(snapshotOf(), width, 'unicode').map(line => line.map(({ text }) => text).join(''));

it('is one line where there is no terminal, and calls leaked memory what the screen calls it', () => {
  const [line, ...more] = texts(undefined);
  expect(more).toEqual([]);
  expect(line).toMatch(/\d+\.\d% CPU {2}\d\S+, \d\S+ leaked$/);
});

it('breaks between the classes, never within one', () => {
  const whole = texts(undefined).join('').split(/ {2,}/);
  for (let width = 20; width < 120; width++) {
    const lines = totalsLines(snapshotOf(), width, 'unicode');
    expect(Math.max(...lines.map(cellsOf))).toBeLessThanOrEqual(Math.max(width, 30));
    expect(texts(width).flatMap(line => line.trimEnd().split(/ {2,}/))).toEqual(whole);
  }
});

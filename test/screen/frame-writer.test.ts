/** Frames → bytes: no more than has changed. */
import { expect, it } from 'vitest';
import { createFrameWriter } from '../../source/screen/frame-writer.ts';

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

it('writes only the lines that changed, at their place', () => {
  const { frames, take } = writer();
  frames.show('first\nsecond\nthird');
  take();
  frames.show('first\nchanged\nthird');
  const update = take();
  expect(update).toContain('\u001b[2;1Hchanged');
  expect(update).not.toContain('first');
  expect(update).not.toContain('third');
});

it('clears what a shorter frame leaves below it', () => {
  const { frames, take } = writer();
  frames.show('a\nb\nc');
  take();
  frames.show('a');
  expect(take()).toContain('\u001b[2;1H\u001b[J');
});

it('draws everything anew once the terminal is unknown', () => {
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

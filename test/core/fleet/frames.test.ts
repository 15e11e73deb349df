/** What two vigils say to each other about a command. */
import { describe, expect, it } from 'vitest';
import {
  confirmationWith,
  readConfirmation,
  readFrame,
  readRequest,
} from '../../../source/fleet/frames.ts';

describe('a confirmation', () => {
  it('is one line, with the reason that was given', () => {
    expect(readConfirmation(confirmationWith({}))).toEqual({});
    for (const reason of ['stuck', '', 'it\u2019s "odd"\n\u001b[31m\\', 'yes']) {
      for (const delayMs of [undefined, 1500]) {
        const line = confirmationWith({ reason, delayMs });
        expect(line).not.toContain('\n');
        expect(readConfirmation(line)).toEqual({ reason, delayMs });
      }
    }
    expect(readConfirmation(confirmationWith({ reason: 'x'.repeat(5000) }))?.reason).toHaveLength(
      1000,
    );
  });

  it('is nothing else', () => {
    for (const line of [
      '',
      'no',
      'y',
      'yes!',
      'yes stuck',
      'yes 1',
      'yes {"reason":"x"}',
      'yes {"delayMs":"1"}',
      ' yes',
    ])
      expect(readConfirmation(line)).toBeUndefined();
  });
});

it('a question says whether a reason is taken; an older vigil does not', () => {
  const questions = [{ text: 'end it?' }];
  const frame = (more: object) =>
    readFrame(JSON.stringify({ frame: 'questions', questions, ...more }));
  expect(frame({})).toMatchObject({ takesReason: false });
  expect(frame({ takesReason: true })).toMatchObject({ takesReason: true });
});

it('a request may name what a view shows', () => {
  const read = (more: object) => readRequest(JSON.stringify({ run: 'r', ...more }));
  expect(read({ aspect: 'log', identities: { a: '1@2', b: 3 } })).toEqual({
    ...{ run: 'r', bootId: undefined, aspect: 'log', identities: { a: '1@2' } },
  });
  expect(read({ aspect: '__proto__' })?.aspect).toBeUndefined();
});

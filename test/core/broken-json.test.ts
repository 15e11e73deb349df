/** Malformed JSON: every kind has one message, none is slow, none throws. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from '../../source/core/registry/json.ts';
import { parseRegistry } from '../../source/core/registry/parse.ts';
import { rounds } from '../helpers/campaign.ts';
import { cpuMs } from '../helpers/cpu.ts';

function timed<T>(work: () => T): { readonly value: T; readonly tookMs: number } {
  const started = cpuMs();
  const value = work();
  return { value, tookMs: cpuMs() - started };
}

/** The peer: JSON.parse of a registry of the largest size allowed, 8 MB, on this machine at this moment. */
const largest = `[${'{"id":"a"},'.repeat(760_000)}{}]`;
/** A poll has more to do than to refuse a file. */
const boundMs = () => 2 * timed(() => JSON.parse(largest)).tookMs;

const reasonOf = (text: string) => {
  const reading = parseJson(text);
  return reading.ok ? undefined : reading.reason;
};

describe('text that is not JSON', () => {
  const refused: readonly (readonly [string, string, string])[] = [
    ['nothing', '', 'the file is empty'],
    ['white space alone', ' \n\t', 'the file is empty'],
    ['a byte order mark alone', '\ufeff', 'the file is empty'],
    ['NUL bytes', '\0\0\0\0', 'not valid JSON'],
    ['a torn object', '{"agents": [{"id": "a-1", "st', 'not valid JSON'],
    ['an object with a second one behind it', '{"a": 1}{"a": 2}', 'not valid JSON'],
    ['a lone NaN inside a word', '{"a": xNaN}', 'not valid JSON'],
    ['65 levels', `${'['.repeat(65)}${']'.repeat(65)}`, 'more than 64 levels'],
    ['brackets closed before they open', `]]${'['.repeat(10)}`, 'not valid JSON'],
  ];
  for (const [title, text, reason] of refused)
    it(`such as ${title} is refused with a reason`, () => {
      expect(reasonOf(text)).toContain(reason);
    });

  it('never throws, whatever the text', () => {
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json().map(text => text.slice(0, -1)),
      fc
        .array(fc.constantFrom('"', '\\', '\n', '{', '[', ']', '}', ',', ':', 'NaN', '-', 'a'))
        .map(parts => parts.join('')),
    );
    fc.assert(
      fc.property(anything, text => {
        expect(typeof parseJson(text).ok).toBe('boolean');
        for (const scope of ['task', 'global'] as const)
          expect(typeof parseRegistry(text, scope).ok).toBe('boolean');
      }),
      { numRuns: rounds(300, 20_000) },
    );
  });
});

describe('JSON as Python writes it', () => {
  it('keeps its values, with NaN and Infinity as null, and words in strings untouched', () => {
    expect(parseJson('\ufeff{"a": NaN, "b": -Infinity, "c": "NaN \\" Infinity"}')).toEqual({
      ok: true,
      value: { a: null, b: null, c: 'NaN " Infinity' },
    });
  });

  it('may be nested 64 levels deep, with any number of brackets in strings', () => {
    expect(parseJson(`${'['.repeat(64)}"${'[{'.repeat(1000)}"${']'.repeat(64)}`).ok).toBe(true);
  });

  it('parses every document as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), text => {
        expect(parseJson(text)).toEqual({ ok: true, value: JSON.parse(text) });
      }),
    );
  });
});

describe('a rejection is fast', () => {
  const slow: readonly (readonly [string, string])[] = [
    ['a million levels', '['.repeat(1_000_000)],
    ['a million levels with colons', '{"a":'.repeat(1_000_000)],
    ['a long string that never ends', `{"prompt": "${'x'.repeat(7_000_000)}`],
    // The end of a half-written registry: a prompt that quotes JSON or code.
    ['a torn prompt of 40,000 escaped quotes', `{"prompt": "${'\\"'.repeat(40_000)}`],
    ['a torn file of many short strings', `{"a": [${'"x", '.repeat(400_000)}`],
  ];
  for (const [title, text] of slow)
    it(`for ${title}`, () => {
      const { value, tookMs } = timed(() => parseJson(text));
      expect(value.ok).toBe(false);
      expect(tookMs).toBeLessThan(boundMs());
    });

  it('for a hundred thousand agents, in either registry', () => {
    const list = JSON.stringify({ agents: Array.from({ length: 100_000 }, () => ({})) });
    const index = JSON.stringify({
      agents: Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [`a-${at}`, {}])),
    });
    for (const [text, scope] of [
      [list, 'task'],
      [index, 'global'],
    ] as const) {
      const { value, tookMs } = timed(() => parseRegistry(text, scope));
      expect(value).toMatchObject({ ok: false, reason: expect.stringContaining('100000 agents') });
      expect(tookMs).toBeLessThan(boundMs());
    }
  });

  it('also for NaN behind a string of seven million letters', () => {
    const { value, tookMs } = timed(() =>
      parseJson(`{"prompt": "${'x'.repeat(7_000_000)}", "progress": NaN}`),
    );
    expect(value.ok).toBe(true);
    expect(tookMs).toBeLessThan(2 * boundMs());
  });
});

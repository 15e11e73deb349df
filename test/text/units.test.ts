/** Human-readable numbers, never wider than their column. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { age, bytes, duration, percent, timeOfDay } from '../../source/text/units.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

it('sizes have a unit, and one decimal where it adds precision', () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, '0B'],
    [1, '1B'],
    [999, '999B'],
    [1000, '1.0K'],
    [1024, '1.0K'],
    [10 * 1024, '10K'],
    [220_200_960, '210M'],
    [1.25 * 1024 ** 3, '1.3G'],
    [3 * 1024 ** 4, '3.0T'],
  ];
  for (const [count, shown] of cases) expect(bytes(count)).toBe(shown);
});

it('durations have the two largest parts, and whole days beyond that', () => {
  const cases: readonly (readonly [number, string])[] = [
    [-5 * second, '0s'],
    [0, '0s'],
    [59_999, '59s'],
    [minute, '1m'],
    [hour - 1, '59m'],
    [hour, '1h00'],
    [3 * hour + 7 * minute, '3h07'],
    [96 * hour - 1, '95h59'],
    [96 * hour, '4d'],
    [400 * day, '400d'],
  ];
  for (const [ms, shown] of cases) expect(duration(ms)).toBe(shown);
});

it('shares have one decimal below a hundred', () => {
  for (const [value, shown] of [
    [0, '0.0'],
    [12.34, '12.3'],
    [99.94, '99.9'],
    [99.96, '100'],
    [1600, '1600'],
  ] as const)
    expect(percent(value)).toBe(shown);
});

it('none is wider than five cells for any real value', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), count => {
      expect(bytes(count).length).toBeLessThanOrEqual(5);
    }),
  );
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 9999 * day }), ms => {
      expect(duration(ms).length).toBeLessThanOrEqual(5);
    }),
  );
  fc.assert(
    fc.property(fc.double({ min: 0, max: 99_999, noNaN: true }), value => {
      expect(percent(value).length).toBeLessThanOrEqual(5);
    }),
  );
});

it('sizes grow with the number', () => {
  const unit = 'BKMGTP';
  const weight = (shown: string) =>
    Number.parseFloat(shown) * 1024 ** unit.indexOf(shown.at(-1) ?? '');
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.maxSafeNat(), (one, other) => {
      const [less, more] = one < other ? [one, other] : [other, one];
      expect(weight(bytes(less))).toBeLessThanOrEqual(weight(bytes(more)));
    }),
  );
});

it('the time of day has eight cells', () => {
  expect(timeOfDay(new Date(2026, 10, 21, 3, 4, 5).getTime())).toBe('03:04:05');
});

it('ages change in steps of five seconds below a minute, and never exceed the real age', () => {
  const shown = [0, 4000, 9999, 10_000, 14_999, 15_000, 59_999, 60_000, 3_600_000].map(age);
  expect(shown).toEqual(['0s', '4s', '9s', '10s', '10s', '15s', '55s', '1m', '1h00']);
});

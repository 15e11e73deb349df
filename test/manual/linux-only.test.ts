/** The table of tests that `npm run test:portable` leaves out. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
// @ts-expect-error: a part of the test runner, without types
import * as portable from '../linux-only.js';

type Row = { readonly file: string; readonly test: string; readonly reason: string };
const rows: readonly Row[] = portable.linuxOnly();

it('every row names a file, a reason, and tests that are in it', () => {
  expect(rows.length).toBeGreaterThan(10);
  for (const { file, test, reason } of rows) {
    const text = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
    expect(reason, file).not.toBe('');
    expect(text, file).toContain(test);
  }
});

it('a file that is listed as a whole is not run, and of others only what is not listed', () => {
  const given = ['test/host/no-proc.test.ts', 'test/commands/kill.test.ts', 'test/x.test.ts'];
  const { files, words } = portable.withoutLinuxOnly(given);
  expect(files).toEqual(given.slice(1));
  const [option, pattern] = words;
  expect(option).toBe('-t');
  const isRun = (title: string) => new RegExp(pattern).test(title);
  const left = rows.filter(({ file, test }) => file === given[1] && test !== '');
  expect(left.length).toBeGreaterThan(0);
  for (const { test } of left) expect(isRun(`an agent > ${test}`)).toBe(false);
  expect(isRun('an agent that is cooperative is ended')).toBe(true);
  expect(portable.withoutLinuxOnly(['test/x.test.ts'])).toEqual({
    files: ['test/x.test.ts'],
    words: [],
  });
});

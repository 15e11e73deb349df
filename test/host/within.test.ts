import { expect, it } from 'vitest';
import { within } from '../../source/host/run/within.ts';

const late = () => 'late';
const never = new Promise<string>(() => {});
const after = (ms: number) => new Promise<string>(resolve => setTimeout(() => resolve('here'), ms));

/** As a file of many megabytes does while it is parsed. */
function holdUp(ms: number) {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

it('a result that does not come is late', async () => {
  expect(await within(never, 10, late)).toBe('late');
});

it('a result that comes, comes, and so does a failure', async () => {
  expect(await within(after(1), 10_000, late)).toBe('here');
  const failure = new Error('no');
  await expect(within(Promise.reject(failure), 10_000, late)).rejects.toBe(failure);
});

it('a result that comes while vigil is held up is not late', async () => {
  const result = within(after(40), 20, late);
  holdUp(80);
  expect(await result).toBe('here');
});

it('a result that does not come after vigil was held up is late', async () => {
  const result = within(never, 20, late);
  holdUp(80);
  expect(await result).toBe('late');
});

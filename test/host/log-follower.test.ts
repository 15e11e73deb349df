/** The audit log is followed line by line, also across rotations. */
import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLogFollower } from '../../source/host/state/log-follower.ts';

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vigil-test-'));
  path = join(directory, 'vigil.log');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const add = (...numbers: readonly number[]) =>
  appendFileSync(path, numbers.map(n => `${JSON.stringify({ n })}\n`).join(''));
const follow = () => {
  const next = createLogFollower(path);
  return () => [...next()].map(line => (line as { n: number }).n);
};

it('each line is given once; half a line waits for its end, a torn one is skipped', () => {
  const next = follow();
  expect(next()).toEqual([]);
  add(1, 2);
  expect(next()).toEqual([1, 2]);
  expect(next()).toEqual([]);
  appendFileSync(path, '{"torn\n{"n":');
  expect(next()).toEqual([]);
  appendFileSync(path, '3}\n');
  expect(next()).toEqual([3]);
});

it('a rotation loses nothing, and gives nothing twice', () => {
  add(1);
  const next = follow();
  expect(next()).toEqual([1]);
  add(2);
  renameSync(path, `${path}.1`);
  add(3);
  expect(next()).toEqual([2, 3]);
  add(4);
  renameSync(path, `${path}.1`);
  expect(next()).toEqual([4]);
  add(5);
  expect(next()).toEqual([5]);
});

it('one that begins reads the rotated log too; a file that was replaced is read again', () => {
  add(1);
  renameSync(path, `${path}.1`);
  add(2, 3);
  const next = follow();
  expect(next()).toEqual([1, 2, 3]);
  rmSync(`${path}.1`);
  writeFileSync(path, '');
  add(7);
  expect(next()).toEqual([7]);
});

it('lines longer than a read are whole, and one that is no log at all ends it', () => {
  const long = { n: 1, text: 'ö'.repeat(100_000) };
  writeFileSync(path, `${JSON.stringify(long)}\n`);
  const next = follow();
  expect(next()).toEqual([1]);
  appendFileSync(path, 'x'.repeat(2_000_000));
  expect(next()).toEqual([]);
  appendFileSync(path, '\n');
  add(2);
  expect(next()).toEqual([2]);
});

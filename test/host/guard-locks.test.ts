/** The locks of guards on one workspace, before and after it has a registry. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createGuardFiles } from '../../source/host/guard/guard-files.ts';

let directory: string;
let workspace: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vigil-guard-locks-'));
  workspace = join(directory, 'workspace');
  mkdirSync(workspace);
});
afterEach(() => rmSync(directory, { recursive: true }));

const claim = () => createGuardFiles(join(directory, 'state'), 'boot').claim([workspace]);
const beside = () => join(workspace, '.vigil-watch.lock');
const inside = () => join(workspace, 'registry', '.vigil-watch.lock');

it('a guard that was started before there was a registry keeps others out', async () => {
  const first = await claim();
  if (!first.ok) throw new Error(first.reason);
  mkdirSync(join(workspace, 'registry'));
  const second = await claim();
  expect(second).toMatchObject({ ok: false, reason: expect.stringContaining(beside()) });
  expect(existsSync(inside())).toBe(false);
  first.value.release();
  const third = await claim();
  expect(third.ok).toBe(true);
  expect([beside(), inside()].map(path => existsSync(path))).toEqual([false, true]);
  if (third.ok) third.value.release();
  expect(existsSync(inside())).toBe(false);
});

it('a file that took the place of its lock is not removed', async () => {
  const first = await claim();
  if (!first.ok) throw new Error(first.reason);
  rmSync(beside());
  writeFileSync(beside(), '');
  first.value.release();
  expect(existsSync(beside())).toBe(true);
});

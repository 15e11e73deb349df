/** Hung programs of a process table from `ps`: a poll ends in time, and calls do not pile up. */
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readPsProcesses } from '../../source/host/processes/ps-processes.ts';
import { eventually } from '../helpers/eventually.ts';
import { pathWith } from '../helpers/fake-program.ts';

const path = process.env.PATH;
let directory: string;
let gate: string;
let calls: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vigil-test-'));
  [gate, calls] = [join(directory, 'gate'), join(directory, 'calls')];
  execFileSync('mkfifo', [gate]);
});
afterEach(async () => {
  process.env.PATH = path;
  // Waiting calls get the end of it, and abandoned ones finish afterwards.
  closeSync(openSync(gate, constants.O_RDWR));
  await eventually('the table is read again', async () => (await timed()).reading.ok);
  rmSync(directory, { recursive: true, force: true });
});

/** Calls at the gate hang until it is opened. */
const hang = `echo >> '%c'; exec cat '%g'`;
/** @param script in which `hang` means to hang. */
const fake = (name: string, script: string) => {
  const hanging = hang.replace('%c', calls).replace('%g', gate);
  process.env.PATH = pathWith(directory, name, script.replace('hang', hanging));
};
const callCount = () => (existsSync(calls) ? readFileSync(calls, 'utf8').length : 0);
const timed = async () => {
  const startedAt = performance.now();
  const reading = await readPsProcesses(({ pid }) => pid === process.pid);
  return { reading, tookMs: performance.now() - startedAt };
};
const late = { ok: false, reason: 'ps failed: no answer within 2 s' };

/** The first call: pidusage runs getconf once. */
it('a hung measurement leaves the values of ps', async () => {
  fake('getconf', 'hang');
  const { reading, tookMs } = await timed();
  expect(tookMs).toBeLessThan(3000);
  const own = reading.ok ? reading.value.find(({ pid }) => pid === process.pid) : undefined;
  expect(own?.rssBytes).toBeGreaterThan(100_000);
  expect(callCount()).toBeGreaterThan(0);
});

it('a ps that always hangs is no table after two seconds', async () => {
  fake('ps', 'hang');
  const { reading, tookMs } = await timed();
  expect(reading).toEqual(late);
  expect(tookMs).toBeLessThan(3000);
});

it('a ps that hangs only for ps-list is no table after two seconds, and is not started again', async () => {
  fake(
    'ps',
    `case "$1" in -axo) exec '${execFileSync('which', ['ps'], { encoding: 'utf8' }).trim()}' "$@";; esac; hang`,
  );
  const counts: number[] = [];
  for (let look = 0; look < 2; look++) {
    const { reading, tookMs } = await timed();
    expect(reading).toEqual(late);
    expect(tookMs).toBeLessThan(3000);
    counts.push(callCount());
  }
  expect(counts[0]).toBeGreaterThan(0);
  expect(counts[1]).toBe(counts[0]);
});

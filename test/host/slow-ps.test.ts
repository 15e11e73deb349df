/** Hung programs of a process table from `ps`: a poll ends in time, and calls do not pile up. */
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterEach, beforeEach, expect, it } from 'vitest';
// @ts-expect-error: a script of the build, without types
import * as bundle from '../../build/patches/index.js';
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

it('in the program itself what ps-list and pidusage start is killed after two seconds', async () => {
  const bundled = join(directory, 'packages.mjs');
  await build({
    stdin: {
      contents:
        "export { default as list } from 'ps-list'; export { default as usage } from 'pidusage';",
      resolveDir: import.meta.dirname,
    },
    ...{ outfile: bundled, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' },
    plugins: [bundle.patches['ps-list'], bundle.patches.pidusage],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire('/');",
    },
  });
  fake('ps', 'hang');
  const { list, usage } = await import(bundled);
  const calls = [list(), usage([process.pid], { usePs: true })];
  const ended = await Promise.allSettled(calls);
  expect(ended.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const hung = () => readdirSync('/proc').filter(pid => isHung(pid));
  await eventually('none of them remains', () => hung().length === 0);
  expect(callCount()).toBe(3);
});

function isHung(pid: string): boolean {
  try {
    return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(gate);
  } catch {
    return false;
  }
}

/** Replaces node:fs in the store: call number FAIL_AT fails as FAIL_HOW says. `KILL` kills the
 * process before the call, `HALF` after half a write. `REPLACES`, `TRUNCATES`: another program
 * reads and writes the registry, whole, before the call; `SLOWLY`: it truncates before the call and
 * writes in two pieces, before each of the next two. Anything else is an error code. With FAIL_AT=0
 * calls are counted and reported on stderr. */
import * as files from 'node:fs';

const failAt = Number(process.env.FAIL_AT ?? 0);
const how = process.env.FAIL_HOW ?? 'KILL';
const path = process.argv[2] ?? '';
let calls = 0;
/** What the other program does before the next calls. */
const pending: (() => void)[] = [];

function wrap<F extends (...words: never[]) => unknown>(call: F, name: string): F {
  return ((...words: Parameters<F>) => {
    calls++;
    pending.shift()?.();
    if (calls === failAt) fail(name, words);
    return call(...words);
  }) as F;
}

const { O_RDONLY, O_WRONLY, O_TRUNC, O_NONBLOCK } = files.constants;
/** What the other program has read before vigil's update. */
const read = path === '' ? '' : files.readFileSync(path, 'utf8');

/** Another program that takes no lock counts up `beat`. While vigil holds a lease on the file, its `open` waits. */
function disturb(): void {
  const registry = JSON.parse(readIfOpen() ?? read);
  registry.beat = (registry.beat ?? 0) + 1;
  const text = JSON.stringify(registry, null, 2);
  if (how === 'REPLACES') {
    files.writeFileSync(`${path}.new`, text);
    files.renameSync(`${path}.new`, path);
    return;
  }
  const descriptor = openIfFree(O_WRONLY | O_TRUNC);
  if (descriptor === undefined) {
    pending.push(disturb);
    return;
  }
  const half = how === 'SLOWLY' ? text.length / 2 : text.length;
  const steps = [
    () => void files.writeSync(descriptor, text.slice(0, half)),
    () => {
      files.writeSync(descriptor, text.slice(half));
      files.closeSync(descriptor);
    },
  ];
  if (how === 'SLOWLY') pending.push(...steps);
  else for (const step of steps) step();
}

function readIfOpen(): string | undefined {
  const descriptor = openIfFree(O_RDONLY);
  if (descriptor === undefined) return undefined;
  const text = files.readFileSync(descriptor, 'utf8');
  files.closeSync(descriptor);
  return text;
}

/** @returns nothing while a lease is held: a call that waits would wait for this process. */
function openIfFree(flags: number): number | undefined {
  try {
    return files.openSync(path, flags | O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    return undefined;
  }
}

function fail(name: string, words: readonly unknown[]): void {
  if (['REPLACES', 'TRUNCATES', 'SLOWLY'].includes(how)) {
    process.stderr.write(`before ${name}\n`);
    disturb();
    return;
  }
  if (how !== 'KILL' && how !== 'HALF')
    throw Object.assign(new Error(`${how}: injected into ${name}`), { code: how });
  if (how === 'HALF' && name === 'writeSync') {
    const [descriptor, bytes, offset, length, position] = words as [
      number,
      Buffer,
      number,
      number,
      number,
    ];
    files.writeSync(descriptor, bytes, offset, Math.ceil(length / 2), position);
  }
  process.kill(process.pid, 'SIGKILL');
  // No further call before the signal arrives.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

// The other program ends its write, also where no call of ours follows.
process.on('exit', () => {
  for (const step of pending.splice(0)) step();
});
if (failAt === 0) process.on('exit', () => void process.stderr.write(`calls ${calls}\n`));

export const { constants } = files;
export const accessSync = wrap(files.accessSync, 'accessSync');
export const closeSync = wrap(files.closeSync, 'closeSync');
export const existsSync = wrap(files.existsSync, 'existsSync');
export const fstatSync = wrap(files.fstatSync as never, 'fstatSync') as typeof files.fstatSync;
export const fdatasyncSync = wrap(files.fdatasyncSync, 'fdatasyncSync');
export const fsyncSync = wrap(files.fsyncSync, 'fsyncSync');
export const ftruncateSync = wrap(files.ftruncateSync, 'ftruncateSync');
export const lstatSync = wrap(files.lstatSync as never, 'lstatSync') as typeof files.lstatSync;
export const mkdirSync = wrap(files.mkdirSync as never, 'mkdirSync') as typeof files.mkdirSync;
export const openSync = wrap(files.openSync, 'openSync');
export const readFileSync = wrap(
  files.readFileSync as never,
  'readFileSync',
) as typeof files.readFileSync;
export const readSync = wrap(files.readSync as never, 'readSync') as typeof files.readSync;
export const renameSync = wrap(files.renameSync, 'renameSync');
export const rmdirSync = wrap(files.rmdirSync as never, 'rmdirSync') as typeof files.rmdirSync;
export const statSync = wrap(files.statSync as never, 'statSync') as typeof files.statSync;
export const unlinkSync = wrap(files.unlinkSync, 'unlinkSync');
export const utimesSync = wrap(files.utimesSync, 'utimesSync');
export const writeSync = wrap(files.writeSync as never, 'writeSync') as typeof files.writeSync;

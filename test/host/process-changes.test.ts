/** Real processes that change while they are watched: threads, users, names, parents. */
import { spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isZombie } from '../../source/core/inventory/process-tree.ts';
import { createProcReader } from '../../source/host/processes/proc-processes.ts';
import { readPsProcesses } from '../../source/host/processes/ps-processes.ts';
import { eventually } from '../helpers/eventually.ts';
import { createStandIns, type StandIns } from '../helpers/stand-ins.ts';

let standIns: StandIns;
let reader: ReturnType<typeof createProcReader>;
beforeEach(() => {
  standIns = createStandIns();
  reader = createProcReader();
});
afterEach(() => standIns.close());

async function seen(pid: number | undefined) {
  const reading = await reader();
  if (!reading.ok) throw new Error(reading.reason);
  return reading.value.find(process => process.pid === pid);
}
const isThere = (path: string) => statSync(path, { throwIfNoEntry: false }) !== undefined;

describe('a process', () => {
  it('is shown with its number of threads', async () => {
    const child = standIns.start('python3', [
      '-c',
      'import threading, time\nfor _ in range(4): threading.Thread(target=time.sleep, args=(1000,)).start()',
    ]);
    await eventually('five threads are seen', async () => (await seen(child.pid))?.threads === 5);
  });

  it('whose first thread has exited while others run has state Z and is no zombie', async () => {
    const ready = join(standIns.directory, 'ready');
    const child = standIns.start('python3', [
      '-c',
      `import ctypes, threading, time
threading.Thread(target=time.sleep, args=(1000,)).start()
open(${JSON.stringify(ready)}, 'w').close()
ctypes.CDLL(None).pthread_exit(None)`,
    ]);
    await eventually('it is ready', () => isThere(ready));
    const found = await eventually('its leader is Z', async () => {
      const process = await seen(child.pid);
      return process?.state === 'Z' ? process : undefined;
    });
    expect(found.threads).toBeGreaterThan(1);
    expect(isZombie(found)).toBe(false);
  });

  it('that has exited and was not reaped is a zombie of its parent, without arguments', async () => {
    const { pid, parent } = await standIns.zombie();
    const found = await seen(pid);
    expect(found).toMatchObject({ ppid: parent, state: 'Z', argv: [] });
    expect(found !== undefined && isZombie(found)).toBe(true);
  });

  it('is shown under the name and arguments of its exec, with the same identity', async () => {
    const go = join(standIns.directory, 'go');
    const child = standIns.start('bash', [
      '-c',
      `until [ -e '${go}' ]; do read -t 0.01 -r < /dev/null; done; exec -a 'x) R 1 1' sleep 1000`,
    ]);
    const before = await eventually('bash is seen', async () => {
      const process = await seen(child.pid);
      return process?.argv[0] === 'bash' ? process : undefined;
    });
    standIns.start('touch', [go]);
    const after = await eventually('the exec is seen', async () => {
      const process = await seen(child.pid);
      // In the middle of the exec it has no arguments yet.
      return process?.name === 'sleep' && process.argv.length > 0 ? process : undefined;
    });
    expect(after.argv).toEqual(['x) R 1 1', '1000']);
    expect([after.pid, after.start]).toEqual([before.pid, before.start]);
  });

  it('may have empty, unusual or endless arguments', async () => {
    const words = [
      '-c',
      'read -r < "$0"',
      join(standIns.directory, 'never'),
      '',
      'a b',
      '\u001b[31m',
      '仕事',
    ];
    const child = standIns.start('bash', [...words, 'x'.repeat(100_000)]);
    const found = await eventually('it is seen', async () => {
      const process = await seen(child.pid);
      return process?.argv[0] === 'bash' ? process : undefined;
    });
    expect(found.argv.slice(0, words.length + 1)).toEqual(['bash', ...words]);
    expect(found.argv.join(' ').length).toBeLessThan(10_000);
  });

  it('belongs to the user it runs as', async () => {
    const uid = process.getuid?.() === 0 ? 65_534 : process.getuid?.();
    const child = spawn('sleep', ['1000'], { uid, stdio: 'ignore' });
    try {
      await eventually('its user is seen', async () => (await seen(child.pid))?.uid === uid);
    } finally {
      child.kill('SIGKILL');
    }
  });

  it('that lost its parent is shown with its new one', async () => {
    const file = join(standIns.directory, 'pid');
    const parent = spawn('bash', ['-c', `sleep 1000 & echo $! > '${file}'; exec sleep 1000`], {
      stdio: 'ignore',
    });
    const pid = await eventually('the child is there', () =>
      isThere(file) ? Number(readFileSync(file, 'utf8')) || undefined : undefined,
    );
    standIns.adopt(pid);
    expect((await seen(pid))?.ppid).toBe(parent.pid);
    parent.kill('SIGKILL');
    await eventually('somebody adopted it', async () => {
      const ppid = (await seen(pid))?.ppid;
      return ppid !== undefined && ppid !== parent.pid;
    });
  });
});

it('ps and /proc agree about several children', async () => {
  const children = [
    standIns.start('sleep', ['1000']),
    standIns.start('bash', ['-c', 'kill -STOP $$']),
    standIns.start('tail', ['-f', '/dev/null']),
  ].map(child => child.pid as number);
  const { pid: zombie } = await standIns.zombie();
  await eventually('all are there', async () => {
    const found = await Promise.all([...children, zombie].map(seen));
    return found.map(each => each?.state).join('') === 'STSZ';
  });
  // A process that was just started may be running for a moment when ps reads it.
  const table = await eventually('ps sees them at rest', async () => {
    const reading = await readPsProcesses(() => false);
    if (!reading.ok) throw new Error(reading.reason);
    const stateOf = (pid: number) => reading.value.find(each => each.pid === pid)?.state;
    const isAtRest = [...children, zombie].map(stateOf).join('') === 'STSZ';
    return isAtRest ? reading.value : undefined;
  });
  for (const pid of [...children, zombie]) {
    const found = await seen(pid);
    expect(table.find(each => each.pid === pid)).toMatchObject({
      ppid: found?.ppid,
      pgid: found?.pgid,
      sid: found?.sid,
      state: found?.state,
      threads: found?.threads,
      uid: found?.uid,
      name: found?.name,
    });
  }
});

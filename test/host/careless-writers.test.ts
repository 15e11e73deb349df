/** Writers that take no lock, like the orchestrator when it creates a task. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseJson } from '../../source/core/registry/json.ts';
import { createRegistriesReader } from '../../source/host/registry/files.ts';
import { createRegistryStore } from '../../source/host/registry/store.ts';
import { eventually } from '../helpers/eventually.ts';
import { updater } from '../helpers/programs.ts';
import { createWorkspace, type Workspace } from '../helpers/workspace.ts';

let directory: string;
let workspace: Workspace;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vigil-test-'));
  workspace = createWorkspace(directory);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Runs Python code that writes `path` repeatedly, until the work is done. */
async function beside(body: string, path: string, work: () => Promise<void>): Promise<void> {
  const ready = join(directory, 'ready');
  const program = `
import fcntl, json, os, signal, sys, time
path, ready = sys.argv[1], sys.argv[2]
registry = json.load(open(path))
count = 0
stopped = []
signal.signal(signal.SIGTERM, lambda *_: stopped.append(True))
while not stopped:
    count += 1
    registry['writes'] = count
    registry['filler'] = '\\\\"' * (count * 7919 % 9000)
${body
  .split('\n')
  .map(line => `    ${line}`)
  .join('\n')}
    if count >= 3: open(ready, 'w').close()
`;
  const writer = spawn('python3', ['-c', program, path, ready], { stdio: 'ignore' });
  const exited = once(writer, 'exit');
  try {
    await eventually('the writer writes', () => statSync(ready, { throwIfNoEntry: false }));
    await work();
    expect(writer.exitCode).toBe(null);
  } finally {
    // It ends with a whole file.
    writer.kill('SIGTERM');
    await exited;
  }
}

/** Polls many times; returns how often the file was complete, and every list of ids that was
 * reported. */
async function looks(times: number) {
  const reader = createRegistriesReader([workspace.path], []);
  const claims = new Set<string>();
  let whole = 0;
  for (let look = 0; look < times; look++) {
    const [found] = (await reader()).registries;
    if (found?.reading.ok !== true) continue;
    whole++;
    claims.add(found.reading.value.entries.map(entry => entry.id).join());
  }
  return { whole, claims: [...claims] };
}

it('a writer that truncates and refills the file without a lock never makes agents vanish', async () => {
  const file = workspace.writeTask('TASK-1', [{ id: 'a-1' }, { id: 'b-2' }]);
  // With a pause between two writes: without one hardly any read is complete.
  const body = `with open(path, 'w') as file: json.dump(registry, file, indent=2)
time.sleep(0.005)`;
  await beside(body, file, async () => {
    const { whole, claims } = await looks(60);
    expect(whole).toBeGreaterThan(0);
    expect(claims).toEqual(['a-1,b-2']);
  });
});

it('a writer that renames a new file over the old one leaves every read complete', async () => {
  const file = workspace.writeTask('TASK-1', [{ id: 'a-1' }, { id: 'b-2' }]);
  const body = `with open(path + '.tmp', 'w') as file: json.dump(registry, file)
os.replace(path + '.tmp', path)`;
  await beside(body, file, async () => {
    expect(await looks(200)).toEqual({ whole: 200, claims: ['a-1,b-2'] });
  });
});

it('a backup waits for a program that has truncated the file and is about to write it', async () => {
  const file = workspace.writeTask('TASK-1', [{ id: 'a-1' }]);
  const whole = readFileSync(file);
  truncateSync(file, 10);
  const written = new Promise<void>(resolve =>
    setTimeout(() => resolve(writeFileSync(file, whole)), 30),
  );
  const files = [{ path: file, scope: 'task' }] as const;
  const backup = await createRegistryStore().backUp(workspace.path, files, 'test', 5000);
  await written;
  if (!backup.ok) throw new Error(backup.reason);
  expect(readFileSync(backup.value.files[0]?.path ?? '')).toEqual(whole);
  expect(readdirSync(join(workspace.path, 'registry', 'backups'))).toEqual([backup.value.name]);
});

it('a backup of a file that stays broken fails, and leaves nothing', async () => {
  const file = workspace.writeTask('TASK-1', [{ id: 'a-1' }]);
  truncateSync(file, 10);
  const files = [{ path: file, scope: 'task' }] as const;
  const backup = await createRegistryStore().backUp(workspace.path, files, 'test', 5000);
  expect(backup).toMatchObject({
    ok: false,
    reason: expect.stringContaining('cannot read the copy back: not valid JSON'),
  });
  expect(readdirSync(join(workspace.path, 'registry', 'backups'))).toEqual([]);
});

/** vigil reads once more what it has written after 50 ms; a timer may be early by one. */
const checkedAfterSeconds = 0.049;

describe('an acknowledged update is in the file, beside a program that', () => {
  const bodies: Readonly<Record<string, string>> = {
    'replaces it': `with open(path + '.x', 'w') as file: json.dump(registry, file, indent=2)
if time.monotonic() - since > 0.03: continue
os.replace(path + '.x', path)`,
    'truncates and writes it': `with open(path, 'w') as file: json.dump(registry, file, indent=2)`,
    'locks it': `with open(path, 'r+') as file:
    fcntl.flock(file, fcntl.LOCK_EX)
    registry = {**json.load(file), 'beat': count}
    file.seek(0); json.dump(registry, file, indent=2); file.truncate()`,
  };
  /** Reads, takes its time as a program does, and writes what it has read with a change of its own. Where the machine
   * lets it wait for longer than vigil waits for such a program, it reads again. */
  const changesBy = (body: string, perSecond: number) => `time.sleep(${1 / perSecond})
since = time.monotonic()
try: registry = {**json.load(open(path)), 'beat': count}
except ValueError: continue
if time.monotonic() - since > 0.03: continue
${body}
if time.monotonic() - since > ${checkedAfterSeconds}: open(ready + '.late', 'a').write('x')`;
  const agents = Array.from({ length: 30 }, (_, index) => `k-${index}`);
  for (const [title, body] of Object.entries(bodies))
    for (const perSecond of [2, 20, 200])
      it(`${title} ${perSecond} times a second`, async () => {
        const file = workspace.writeTask(
          'TASK-1',
          agents.map(id => ({ id, status: 'working' })),
        );
        const store = createRegistryStore();
        const changing = changesBy(body, perSecond);
        // It may have waited after it has looked at the clock, too: then it has overwritten what it could not know, and says
        // so. That is the limit of what vigil promises beside such a program.
        const late = join(directory, 'ready.late');
        const timesLate = () => statSync(late, { throwIfNoEntry: false })?.size ?? 0;
        let seenLate = 0;
        await beside(changing, file, async () => {
          for (const [index] of agents.entries()) {
            let missing = [index];
            while (missing.length > 0) {
              const edits = missing.map(
                each => ({ at: ['agents', each, 'status'], value: 'terminated' }) as const,
              );
              const result = await store.update({
                files: [{ path: file, scope: 'task' }],
                waitMs: 20_000,
                mutate: ([document]) => [{ path: document?.path ?? '', edits }],
              });
              expect({ ...result, heldMs: 0 }).toEqual({
                kind: 'done',
                written: [file],
                heldMs: 0,
              });
              const before = timesLate();
              const statuses = await eventually('it is whole', () => statusesIn(file));
              missing = [...statuses.slice(0, index + 1).keys()].filter(
                each => statuses[each] !== 'terminated',
              );
              if (missing.length > 0)
                await eventually('the writer says that it was late', () => timesLate() > seenLate);
              seenLate = before;
            }
          }
        });
        if (timesLate() === seenLate)
          expect(statusesIn(file)).toEqual(agents.map(() => 'terminated'));
        expect(readdirSync(dirname(file)).filter(name => /vigil|\.lock$/.test(name))).toEqual([]);
      });

  for (const title of ['replaces it', 'truncates and writes it'])
    it(`${title} 200 times a second, on a disk that takes 8 ms for each sync`, async () => {
      const file = workspace.writeTask('TASK-1', [{ id: 'k-0', count: 0 }]);
      const syncs = ['-e', 'trace=fsync,fdatasync', '-e', 'inject=fsync,fdatasync:delay_enter=8ms'];
      const slowly = ['-f', '--seccomp-bpf', '-qq', '-o', join(directory, 'calls'), ...syncs];
      const program = [process.execPath, updater, file, 'k-0', '5'];
      await beside(changesBy(bodies[title] ?? '', 200), file, async () => {
        const vigil = spawn('strace', [...slowly, ...program], {
          stdio: ['ignore', 'ignore', 'pipe'],
          env: { ...process.env, WAIT_MS: '20000' },
        });
        const said = text(vigil.stderr);
        expect([await once(vigil, 'close'), await said]).toEqual([[0, null], '']);
      });
      const calls = readFileSync(join(directory, 'calls'), 'utf8');
      // A call during which another thread makes one takes two lines.
      expect(calls.match(/fdatasync.*DELAYED/g)?.length).toBeGreaterThan(4);
      const isLate = existsSync(join(directory, 'ready.late'));
      const count = JSON.parse(readFileSync(file, 'utf8')).agents[0].count;
      if (!isLate) expect(count).toBe(5);
    });
});

it('what is written between vigil’s last comparison and its write is not overwritten', async () => {
  const file = workspace.writeTask('TASK-1', [{ id: 'k-0', count: 0 }]);
  const journal = join(dirname(file), '.AGENT_REGISTRY.json.vigil-journal');
  // vigil compares the text once its journal is whole, and then this program is faster than its write.
  const other = `
import json, os, sys, time
path, journal = sys.argv[1:]
print('ready', flush=True)
while not os.path.exists(journal): time.sleep(0.001)
time.sleep(0.3)
with open(path) as file: registry = json.load(file)
registry['beat'] = 1
with open(path, 'w') as file: json.dump(registry, file)
`;
  const program = spawn('python3', ['-c', other, file, journal], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const exited = once(program, 'exit');
  await once(program.stdout, 'data');
  // The first write appends blanks, as the new text is longer.
  const inject = ['-P', file, '-e', 'inject=pwrite64:delay_enter=1s:when=2'];
  const words = ['-f', '-qq', '-o', join(directory, 'calls'), '-e', 'trace=pwrite64', ...inject];
  const vigil = spawn('strace', [...words, process.execPath, updater, file, 'k-0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said = text(vigil.stderr);
  expect([await once(vigil, 'close'), await said, await exited]).toEqual([
    [0, null],
    '',
    [0, null],
  ]);
  expect(readFileSync(join(directory, 'calls'), 'utf8')).toContain('DELAYED');
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
    beat: 1,
    agents: [{ id: 'k-0', count: 1 }],
  });
});

it.each([
  ['for a moment', 30, true],
  ['for long', 5000, false],
])('a file that another program keeps from being opened %s', async (_, forMs, isRead) => {
  const file = workspace.writeTask('TASK-1', [{ id: 'a-1' }]);
  const holder = `
import fcntl, signal, sys, time
with open(sys.argv[1], 'r+') as file:
    fcntl.fcntl(file, fcntl.F_SETSIG, signal.SIGURG)
    fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_WRLCK)
    print('held', flush=True)
    time.sleep(float(sys.argv[2]) / 1000)
`;
  const program = spawn('python3', ['-c', holder, file, String(forMs)], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const exited = once(program, 'exit');
  await once(program.stdout, 'data');
  const [found] = (await createRegistriesReader([workspace.path], [])()).registries;
  const update = await createRegistryStore().update({
    files: [{ path: file, scope: 'task' }],
    waitMs: 1000,
    mutate: ([document]) => [
      { path: document?.path ?? '', edits: [{ at: ['agents', 0, 'status'], value: 'done' }] },
    ],
  });
  program.kill('SIGKILL');
  await exited;
  const reason = 'another program keeps it from being opened (a lease)';
  expect([found?.reading.ok, update.kind]).toEqual(isRead ? [true, 'done'] : [false, 'refused']);
  if (!isRead) expect([found?.reading, update]).toMatchObject([{ reason }, { path: file, reason }]);
});

/** Undefined while a writer is in the middle of it. */
function statusesIn(path: string): string[] | undefined {
  const content = readFileSync(path, 'utf8');
  if (!parseJson(content).ok) return undefined;
  return JSON.parse(content).agents.map((each: { status: string }) => each.status);
}

/** Writers that take no lock, like the orchestrator when it creates a task. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseJson } from '../../source/core/registry/json.ts';
import { createRegistriesReader } from '../../source/host/registry/files.ts';
import { createRegistryStore } from '../../source/host/registry/store.ts';
import { eventually } from '../helpers/eventually.ts';
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
import fcntl, json, os, sys, time
path, ready = sys.argv[1], sys.argv[2]
registry = json.load(open(path))
count = 0
while True:
    count += 1
    registry['writes'] = count
    registry['filler'] = '\\\\"' * (count * 7919 % 9000)
${body
  .split('\n')
  .map(line => `    ${line}`)
  .join('\n')}
    if count == 3: open(ready, 'w').close()
`;
  const writer = spawn('python3', ['-c', program, path, ready], { stdio: 'ignore' });
  const exited = once(writer, 'exit');
  try {
    await eventually('the writer writes', () => statSync(ready, { throwIfNoEntry: false }));
    await work();
    expect(writer.exitCode).toBe(null);
  } finally {
    writer.kill('SIGKILL');
    // Its last file may appear while the directory is removed.
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
  const agents = Array.from({ length: 30 }, (_, index) => `k-${index}`);
  for (const [title, body] of Object.entries(bodies))
    for (const perSecond of [2, 20, 200])
      it(`${title} ${perSecond} times a second`, async () => {
        const file = workspace.writeTask(
          'TASK-1',
          agents.map(id => ({ id, status: 'working' })),
        );
        const store = createRegistryStore();
        // Reads, takes its time as a program does, and writes what it has read with a change of its own. Where the
        // machine lets it wait for longer than vigil waits for such a program, it reads again.
        const changing = `time.sleep(${1 / perSecond})
since = time.monotonic()
try: registry = {**json.load(open(path)), 'beat': count}
except ValueError: continue
if time.monotonic() - since > 0.03: continue
${body}`;
        await beside(changing, file, async () => {
          for (const [index] of agents.entries()) {
            const result = await store.update({
              files: [{ path: file, scope: 'task' }],
              waitMs: 20_000,
              mutate: ([document]) => [
                {
                  path: document?.path ?? '',
                  edits: [{ at: ['agents', index, 'status'], value: 'terminated' }],
                },
              ],
            });
            expect(result).toMatchObject({ kind: 'done' });
            const statuses = await eventually('it is whole', () => statusesIn(file));
            expect(statuses.slice(0, index + 1)).toEqual(Array(index + 1).fill('terminated'));
          }
        });
        expect(statusesIn(file)).toEqual(agents.map(() => 'terminated'));
        expect(readdirSync(dirname(file)).filter(name => /vigil|\.lock$/.test(name))).toEqual([]);
      });
});

/** Undefined while a writer is in the middle of it. */
function statusesIn(path: string): string[] | undefined {
  const text = readFileSync(path, 'utf8');
  const parsed = parseJson(text);
  if (!parsed.ok) return undefined;
  return JSON.parse(text).agents.map((each: { status: string }) => each.status);
}

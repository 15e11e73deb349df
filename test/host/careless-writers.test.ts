/** Writers that take no lock at all, as the orchestrator does when it makes a task. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createRegistriesReader } from '../../source/host/registry/files.ts';
import { eventually } from '../helpers/eventually.ts';
import { createWorkspace, type Workspace } from '../helpers/workspace.ts';

let directory: string;
let workspace: Workspace;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vigil-test-'));
  workspace = createWorkspace(directory);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Runs a Python body that writes `path` again and again, until the work is done. */
async function beside(body: string, path: string, work: () => Promise<void>): Promise<void> {
  const ready = join(directory, 'ready');
  const program = `
import json, os, sys, time
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
  try {
    await eventually('the writer writes', () => statSync(ready, { throwIfNoEntry: false }));
    await work();
    expect(writer.exitCode).toBe(null);
  } finally {
    writer.kill('SIGKILL');
  }
}

/** Looks many times; gives how often the file was whole, and every list of ids that was claimed. */
async function looks(times: number) {
  const reader = createRegistriesReader([workspace.path], []);
  const claims = new Set<string>();
  let whole = 0;
  for (let look = 0; look < times; look++) {
    const [found] = (await reader.read()).registries;
    if (found?.reading.ok !== true) continue;
    whole++;
    claims.add(found.reading.value.entries.map(entry => entry.id).join());
  }
  return { whole, claims: [...claims] };
}

it('who empties the file and fills it again, without a lock, never makes agents vanish', async () => {
  const file = workspace.writeTask('TASK-1', [{ id: 'a-1' }, { id: 'b-2' }]);
  // With a breath between two writes: without one hardly any reading is whole.
  const body = `with open(path, 'w') as file: json.dump(registry, file, indent=2)
time.sleep(0.005)`;
  await beside(body, file, async () => {
    const { whole, claims } = await looks(60);
    expect(whole).toBeGreaterThan(0);
    expect(claims).toEqual(['a-1,b-2']);
  });
});

it('who renames a new file over the old one is read whole every time', async () => {
  const file = workspace.writeTask('TASK-1', [{ id: 'a-1' }, { id: 'b-2' }]);
  const body = `with open(path + '.tmp', 'w') as file: json.dump(registry, file)
os.replace(path + '.tmp', path)`;
  await beside(body, file, async () => {
    expect(await looks(200)).toEqual({ whole: 200, claims: ['a-1,b-2'] });
  });
});

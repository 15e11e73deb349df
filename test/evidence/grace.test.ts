/** An agent that has just reported that it is done is still writing its result: for a while it is live. */
import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { localTime } from '../../source/core/registry/local-time.ts';
import { afterRead } from '../helpers/after-read.ts';
import { type Agent, allDead, isAlive } from '../helpers/agents.ts';
import { type Cleanups, startCleanups } from '../helpers/cleanups.ts';
import { eventually } from '../helpers/eventually.ts';
import { type AgentSpec, entryOf } from '../helpers/workspace.ts';

let farm: Cleanups;
beforeEach(() => {
  farm = startCleanups();
});
afterEach(() => farm.close());

const longAgo = '2025-10-29T23:30:00.553401';
const old = new Date(Date.now() - 3_600_000);

/** A registry of its own for each: a file's modification time counts if nothing else dates the entry. */
function writeEntry(spec: AgentSpec, modified: Date): string {
  const file = farm.workspace.taskFile(`TASK-${spec.id}`);
  mkdirSync(dirname(file), { recursive: true });
  const content = { task_id: `TASK-${spec.id}`, agents: [entryOf(spec)], active_count: 0 };
  writeFileSync(file, JSON.stringify(content));
  utimesSync(file, modified, modified);
  return file;
}

/** How an entry reports when its agent finished. */
const soon = (now: string): Record<string, Omit<AgentSpec, 'id'>> => ({
  completed: { status: 'completed', completed_at: now },
  'completed-zone': { status: 'completed', completed_at: new Date().toISOString() },
  terminated: { status: 'terminated', terminated_at: now },
  failed: { status: 'failed', last_update: now },
  'no-time': { status: 'error', last_update: undefined },
});
const past = (now: string): Record<string, Omit<AgentSpec, 'id'>> => ({
  // The finish time counts, not later changes of the entry.
  'past-completed': { status: 'completed', completed_at: longAgo, last_update: now },
  'past-terminated': { status: 'terminated', terminated_at: longAgo, last_update: now },
  'past-updated': { status: 'failed', last_update: longAgo },
  'past-no-time': { status: 'error', last_update: undefined },
});

describe('the grace period', () => {
  it('starts when the agent finished, whatever reports it; --grace 0 disables it', async () => {
    const now = localTime(Date.now());
    const agents = new Map<string, Agent>();
    for (const id of [...Object.keys(soon(now)), ...Object.keys(past(now))])
      agents.set(id, await farm.start(id, 'cooperative'));
    farm.workspace.writeTask(farm.task, []);
    const finished = localTime(Date.now());
    for (const [id, spec] of Object.entries(soon(finished)))
      writeEntry({ id, ...spec }, id === 'no-time' ? new Date() : old);
    for (const [id, spec] of Object.entries(past(finished)))
      writeEntry({ id, ...spec }, id === 'past-no-time' ? old : new Date());
    const classes = async (...words: string[]) => {
      const { stdout } = await farm.vigil('list', '--json', ...words);
      const rows: { agentId?: string; class: string }[] = JSON.parse(stdout).rows;
      return new Map(rows.map(row => [row.agentId, row.class]));
    };
    const found = await classes('--grace', '300');
    for (const id of Object.keys(soon(now))) expect([id, found.get(id)]).toEqual([id, 'live']);
    for (const id of Object.keys(past(now))) expect([id, found.get(id)]).toEqual([id, 'undead']);
    for (const verb of [['kill', '@undead'], ['sweep']] as const) {
      const run = await farm.vigil(verb[0], ...verb.slice(1), '--yes', '--grace', '300');
      expect([run.code, run.stderr]).toEqual([0, expect.not.stringMatching(/refused/)]);
      for (const id of Object.keys(past(now))) await allDead(agents.get(id)?.pids ?? []);
      for (const id of Object.keys(soon(now)))
        expect([id, agents.get(id)?.pids.every(isAlive)]).toEqual([id, true]);
    }
    // The default is 10 s.
    await eventually('the grace of all is over', async () => {
      const later = await classes();
      return Object.keys(soon(now)).every(id => later.get(id) === 'undead');
    });
    expect(Date.now() - Date.parse(`${finished.slice(0, 23)}Z`)).toBeGreaterThanOrEqual(10_000);
    for (const id of Object.keys(soon(now)))
      writeEntry({ id, ...soon(localTime(Date.now()))[id] }, new Date());
    const zero = await farm.vigil('sweep', '--yes', '--grace', '0');
    expect([zero.code, zero.stderr]).toEqual([0, '']);
    await allDead([...agents.values()].flatMap(each => each.pids));
  });

  it('does not delay a shutdown, nor a command that names the agent', async () => {
    const named = await farm.start('named-1', 'cooperative');
    const other = await farm.start('other-1', 'with a setsid child');
    farm.workspace.writeTask(farm.task, []);
    for (const id of ['named-1', 'other-1'])
      writeEntry({ id, status: 'completed', completed_at: localTime(Date.now()) }, new Date());
    const options = ['--yes', '--grace', '300'];
    const kill = await farm.vigil('kill', 'named-1', ...options);
    expect([kill.code, kill.stderr]).toEqual([0, '']);
    await allDead(named.pids);
    expect(other.pids.every(isAlive)).toBe(true);
    const shutdown = await farm.vigil('shutdown', ...options);
    expect([shutdown.code, shutdown.stderr]).toEqual([0, '']);
    await allDead(other.pids);
  });

  for (const [title, times, grace] of [
    ['with a time', { completed_at: 'now' }, []],
    ['with the time of its last update', { last_update: 'now' }, []],
    ['with no time of its own, without a grace', {}, ['--grace', '0']],
  ] as const)
    it(`an agent that reports between two polls that it is done, ${title}, runs to its end`, async () => {
      const result = join(farm.standIns.directory, 'result');
      const agent = await farm.run('writer-1', writerOf(result));
      const control = await farm.start('undead-1', 'cooperative');
      farm.recordAs({ 'writer-1': 'working', 'undead-1': 'completed' });
      rmSync(farm.workspace.globalFile);
      const steps = `
import datetime, json
now = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None).isoformat()
with open(path) as file: content = json.load(file)
for agent in content['agents']:
    if agent['id'] == 'writer-1':
        agent['status'] = 'completed'
        for name in ${JSON.stringify(Object.keys(times))}: agent[name] = now
with open(path + '~', 'w') as file: json.dump(content, file)
os.utime(path + '~', (1700000000, 1700000000))
os.rename(path + '~', path)`;
      const writer = await afterRead(farm.standIns, farm.workspace.taskFile(farm.task), steps);
      const run = await farm.vigil('sweep', '--yes', ...grace);
      await writer.done();
      await allDead(control.pids);
      expect(agent.pids.every(isAlive), run.stdout).toBe(true);
      expect(farm.status('writer-1')).toBe('completed');
      expect(farm.sessions()).toContain('agent_writer-1');
      const later = await farm.vigil('sweep', '--yes', '--grace', '0');
      expect(later.code).toBe(0);
      await allDead(agent.pids);
    });
});

/** Writes its result on SIGTERM: ending it too early cuts the result short. */
const writerOf = (result: string) => `#!/usr/bin/env python3
import os, signal
def cut(*_):
    open('${result}', 'w').write('cut')
    os._exit(0)
signal.signal(signal.SIGTERM, cut)
with open(os.environ['READY_FILE'] + '.tmp', 'w') as file: file.write(str(os.getpid()))
os.rename(os.environ['READY_FILE'] + '.tmp', os.environ['READY_FILE'])
while True: signal.pause()
`;

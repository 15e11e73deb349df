/** Endings where processes are read by ps alone, as on macOS: VIGIL_PROCESS_SOURCE=portable does the same on Linux. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startObserver } from '../helpers/aftermath.ts';
import { allDead, isAlive } from '../helpers/agents.ts';
import { type Cleanups, startCleanups } from '../helpers/cleanups.ts';
import { eventually } from '../helpers/eventually.ts';
import { pathWith } from '../helpers/fake-program.ts';
import { statOf } from '../helpers/stand-ins.ts';
import { cliPath, type Run, vigil, vigilEnv } from '../helpers/vigil.ts';
import { createWorkspace, type Workspace } from '../helpers/workspace.ts';

let farm: Cleanups;
let portable: Readonly<Record<string, string>>;
beforeEach(() => {
  farm = startCleanups();
  portable = {
    XDG_STATE_HOME: farm.state,
    VIGIL_PROCESS_SOURCE: 'portable',
    CLEANUP_RETRY_DELAYS: '[0.2, 0.2, 0.2]',
  };
});
afterEach(() => farm.close());

const run = (verb: string, ...words: string[]): Promise<Run> =>
  vigil([verb, ...words, ...farm.options], { env: portable });

it('kill, sweep and shutdown end a farm, and nothing else', async () => {
  const target = await farm.start('target-1', 'with a setsid child');
  const undead = await farm.start('undead-1', 'stubborn');
  const worker = await farm.start('worker-1', 'with a daemon');
  farm.husk('husk-1');
  const left = [await farm.leftChild('gone-1'), await farm.leftServer()];
  farm.recordAs({
    ...{ 'target-1': 'working', 'worker-1': 'working', 'husk-1': 'working' },
    ...{ 'undead-1': 'completed', 'gone-1': 'completed' },
  });
  farm.writeFiles('target-1');
  // It shares the server and the name of the program; another workspace has recorded its session.
  const elsewhere = join(farm.standIns.directory, 'elsewhere');
  const other = createWorkspace(elsewhere);
  other.writeTask('TASK-2', [{ id: 'theirs-1', status: 'working' }]);
  other.age();
  const theirs = await farm.program('agent_theirs-1', `cd '${elsewhere}'`);
  const person = await farm.interactive('work');
  // A user's editor that the agent was the first to start: it has the agent's mark.
  const editor = farm.standIns.start('bash', ['-c', 'exec -a vim sleep 1000'], {
    VIGIL_AGENT: 'gone-1:0b7e',
  }).pid as number;
  await eventually('the editor runs', () =>
    readFileSync(`/proc/${editor}/cmdline`, 'latin1').startsWith('vim'),
  );
  const bystanders = [theirs, person, editor];
  const observer = await startObserver(farm, target);

  const killed = await run('kill', 'target-1', '--yes');
  expect([killed.code, killed.stderr]).toEqual([0, '']);
  observer.afterwards([target]);
  expect([...undead.pids, ...worker.pids, ...left, ...bystanders].every(isAlive)).toBe(true);

  const swept = await run('sweep', '--yes');
  expect([swept.code, swept.stderr]).toEqual([0, '']);
  observer.afterwards([target, undead]);
  expect(left.filter(isAlive)).toEqual([]);
  expect([...worker.pids, ...bystanders].every(isAlive)).toBe(true);

  const shutdown = await run('shutdown', '--yes');
  expect([shutdown.code, shutdown.stderr]).toEqual([0, '']);
  observer.afterwards([target, undead, worker]);
  expect(bystanders.filter(pid => !isAlive(pid) || statOf(pid)?.state === 'T')).toEqual([]);
  expect(farm.sessions()).toEqual(['agent_theirs-1', 'people', 'work']);
  expect(['target-1', 'worker-1', 'husk-1'].map(farm.status)).toEqual(Array(3).fill('terminated'));
});

it('an agent that two workspaces record is ended through the one whose project it works in', async () => {
  const [own, other] = ['one', 'two'].map(name => {
    const workspace = createWorkspace(join(farm.standIns.directory, name));
    workspace.writeTask('TASK-1', [{ id: 'a-1', status: 'working' }]);
    workspace.age();
    return workspace;
  }) as [Workspace, Workspace];
  const agent = await farm.program('agent_a-1', `cd '${join(own.path, '..')}'`);
  const runIn = ({ path }: Workspace, ...words: string[]) =>
    vigil([...words, '--yes', '-w', path, '-L', farm.server.name], { env: portable });
  for (const words of [['kill', 'a-1'], ['reconcile'], ['sweep'], ['shutdown']]) {
    await runIn(other, ...words);
    expect([words, isAlive(agent)]).toEqual([words, true]);
  }
  expect(readFileSync(own.taskFile('TASK-1'), 'utf8')).toContain('"working"');
  expect((await runIn(own, 'kill', 'a-1')).code).toBe(0);
  expect(isAlive(agent)).toBe(false);
});

/** Takes SIGTERM as the order to become another program. It was started right before. */
const changer = `#!/usr/bin/env python3
import os, signal
ready = os.environ['READY_FILE']
signal.signal(signal.SIGHUP, signal.SIG_IGN)
signal.signal(signal.SIGTERM, lambda *_: os.execv('/bin/sleep', ['another', '100000']))
with open(ready + '.tmp', 'w') as file: file.write(str(os.getpid()))
os.rename(ready + '.tmp', ready)
while True: signal.pause()
`;

it('an agent that becomes another program between two signals is the same process, and ended', async () => {
  const agent = await farm.run('changer-1', changer);
  farm.record();
  const { code, stdout } = await run('kill', 'changer-1', '--yes', '--json');
  await allDead(agent.pids);
  const [target] = JSON.parse(stdout).targets;
  const [pid] = agent.pids;
  const member = target.processes.find((each: { pid: number }) => each.pid === pid);
  expect([code, target.outcome, member.outcome]).toEqual([0, 'killed', 'killed']);
});

it('a ps that hangs is no table: nothing is claimed, nothing is signalled, and no ps remains', async () => {
  const agent = await farm.start('target-1', 'cooperative');
  farm.record();
  const gate = join(farm.standIns.directory, 'gate');
  execFileSync('mkfifo', [gate]);
  const env = { ...portable, PATH: pathWith(farm.standIns.directory, 'ps', `exec cat '${gate}'`) };
  const { code, stderr } = await vigil(['kill', 'target-1', '--yes', ...farm.options], { env });
  expect([code, stderr]).toEqual([
    5,
    'vigil kill: the process table could not be read; nothing was signalled\n',
  ]);
  expect(agent.pids.every(isAlive)).toBe(true);
  const waits = (pid: string) => commandLine(pid).includes(gate);
  await eventually('no ps remains', () => !readdirSync('/proc').some(waits));
});

function commandLine(pid: string): string {
  try {
    return /^\d+$/.test(pid) ? readFileSync(`/proc/${pid}/cmdline`, 'latin1') : '';
  } catch {
    return '';
  }
}

/** What Node reads for itself, on every system in another way. */
const ofNode =
  /^\/proc\/(self\/(cgroup|maps|exe|status|stat|task|statm|mountinfo)|meminfo|uptime|cpuinfo|stat|loadavg|version(_signature)?|sys\/.*)$/;

it('nothing of /proc is read by vigil itself', async () => {
  await farm.start('target-1', 'cooperative');
  farm.record();
  const log = join(farm.standIns.directory, 'calls');
  const words = ['kill', 'target-1', '--yes', ...farm.options];
  const trace = [
    '-f',
    '-s',
    '300',
    '-o',
    log,
    '-e',
    'trace=%file,clone,clone3',
    process.execPath,
    cliPath,
  ];
  execFileSync('strace', [...trace, ...words], { env: vigilEnv(portable), stdio: 'pipe' });
  const lines = readFileSync(log, 'utf8').split('\n');
  const main = /^\d+/.exec(lines[0] ?? '')?.[0] ?? '';
  const threads = lines.flatMap(
    line => /CLONE_THREAD.* => \{parent_tid=\[(\d+)\]/.exec(line)?.[1] ?? [],
  );
  const own = new Set([main, ...threads]);
  const paths = lines
    .filter(line => own.has(/^\d+/.exec(line)?.[0] ?? ''))
    .flatMap(line => /"(\/proc\b[^"]*)"/.exec(line)?.[1] ?? []);
  expect(paths.length).toBeGreaterThan(0);
  expect(paths.filter(path => !ofNode.test(path))).toEqual([]);
});

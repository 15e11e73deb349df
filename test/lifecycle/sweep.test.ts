/** `vigil sweep` on real processes: which are ended, and which are spared and why. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allDead, isAlive } from '../helpers/agents.ts';
import { type Cleanups, startCleanups } from '../helpers/cleanups.ts';
import { eventually } from '../helpers/eventually.ts';
import { type OwnTerminal, openTerminal } from '../helpers/terminal.ts';
import { vigilEnv } from '../helpers/vigil.ts';
import { createWorkspace } from '../helpers/workspace.ts';

let farm: Cleanups;
let terminal: OwnTerminal | undefined;
beforeEach(() => {
  farm = startCleanups();
});
afterEach(() => {
  terminal?.close();
  terminal = undefined;
  farm.close();
});

/** A spared session in the plan of `--json`. */
const targetOf = (stdout: string, session: string) =>
  JSON.parse(stdout).targets.find((each: { target: string }) =>
    each.target.endsWith(`/${session}`),
  );

async function attach(session: string): Promise<void> {
  terminal = openTerminal(
    ['tmux', '-u', '-L', farm.server.name, 'attach-session', '-t', `=${session}`],
    vigilEnv({ TERM: 'xterm' }),
  );
  await eventually('a client is attached', () =>
    farm.server
      .tmux('list-sessions', '-F', '#{session_name} #{session_attached}')
      .includes(`${session} 1`),
  );
}

/** The work is done; the failed log write adds one line. */
const logIsFull = /^vigil \w+: cannot write to the audit log \/dev\/full[^\n]*ENOSPC[^\n]*\n$/;

describe.runIf(existsSync('/dev/full'))('a full log device', () => {
  for (const verb of ['sweep', 'shutdown'] as const)
    it(`adds one line to a ${verb}, which still succeeds`, async () => {
      const undead = await farm.start('undead-1', 'cooperative');
      farm.recordAs({ 'undead-1': 'completed' });
      const { code, stderr } = await farm.vigil(verb, '--yes', '--log-file', '/dev/full');
      expect([code, stderr]).toEqual([0, expect.stringMatching(logIsFull)]);
      expect(undead.pids.filter(isAlive)).toEqual([]);
    });
});

describe('a sweep', () => {
  it('ends undead agents, husks, orphan sessions and leaked processes, and nothing else', async () => {
    const undead = await farm.start('undead-1', 'with a setsid child');
    const stubborn = await farm.start('undead-2', 'stubborn');
    const stray = await farm.start('stray-1', 'cooperative', { writesLog: true });
    const live = await farm.start('live-1', 'with a setsid child');
    farm.husk('husk-1');
    const left = [await farm.leftChild('gone-1'), await farm.leftServer()];
    const person = await farm.interactive('work');
    farm.recordAs({
      'undead-1': 'completed',
      'undead-2': 'error',
      'live-1': 'working',
      'husk-1': 'working',
      'gone-1': 'completed',
    });
    const { code, stdout, stderr } = await farm.vigil('sweep', '--yes', '--json');
    const report = JSON.parse(stdout);
    expect([code, stderr, report.errors]).toEqual([0, '', []]);
    expect(report).toMatchObject({
      schema: 'vigil.sweep/1',
      ok: true,
      dryRun: false,
      durationMs: expect.any(Number),
      plan: {
        processes: expect.any(Array),
        sessions: expect.any(Array),
        files: expect.any(Array),
        spared: expect.any(Array),
      },
    });
    const outcomes = new Map(
      report.targets.map((each: { target: string; outcome: string }) => [
        each.target,
        each.outcome,
      ]),
    );
    const socket = farm.server.name;
    expect(outcomes.get('agent:undead-1')).toBe('killed');
    expect(outcomes.get('agent:undead-2')).toBe('killed');
    expect(outcomes.get(`session:${socket}/agent_stray-1`)).toBe('exited');
    expect([...outcomes.keys()]).toContain('agent:husk-1');
    for (const target of report.targets)
      expect(target).toMatchObject({
        signals: expect.any(Array),
        tmux_session_killed: expect.any(Boolean),
        escalated_to_sigkill: expect.any(Boolean),
        verified_no_zombies: true,
        prompt_file_deleted: expect.any(Boolean),
        archived_files: [],
        errors: [],
      });
    const dead = [undead, stubborn, stray].flatMap(each => each.pids).concat(left);
    expect(dead.filter(isAlive)).toEqual([]);
    expect([...live.pids, person].filter(pid => !isAlive(pid))).toEqual([]);
    expect(farm.sessions()).toEqual(['agent_live-1', 'people', 'work']);
    expect(['undead-1', 'live-1', 'husk-1'].map(farm.status)).toEqual([
      'completed',
      'working',
      'terminated',
    ]);
    const again = await farm.vigil('sweep', '--yes');
    expect([again.code, again.stdout, again.stderr]).toEqual([0, 'no leftovers\n', '']);
  });

  it('spares a session with an attached client, and reports it', async () => {
    const stray = await farm.start('stray-1', 'cooperative', { writesLog: true });
    const undead = await farm.start('undead-1', 'cooperative');
    farm.recordAs({ 'undead-1': 'completed' });
    await attach('agent_stray-1');
    const { code, stdout } = await farm.vigil('sweep', '--yes');
    expect(code).toBe(0);
    expect(stdout).toMatch(/agent_stray-1 .*\n +refused: a client is attached/);
    await allDead(undead.pids);
    expect(stray.pids.every(isAlive)).toBe(true);
    const again = await farm.vigil('sweep', '--yes', '--json');
    expect(targetOf(again.stdout, 'agent_stray-1')).toMatchObject({
      outcome: 'refused',
      errors: [expect.stringContaining('attached')],
      signals: [],
    });
    const { plan } = JSON.parse(again.stdout);
    const spared = plan.spared.map((each: { pid: number }) => each.pid);
    expect(spared).toEqual(expect.arrayContaining([...stray.pids]));
    expect(plan.sessions).toEqual([]);
    expect(stray.pids.every(isAlive)).toBe(true);
  });

  it('spares a session that another workspace has recorded, and names that', async () => {
    const elsewhere = join(farm.standIns.directory, 'elsewhere');
    const other = createWorkspace(elsewhere);
    other.writeTask('TASK-2', [{ id: 'theirs-1', status: 'working' }]);
    other.age();
    const theirs = await farm.program('agent_theirs-1', `cd '${elsewhere}'`);
    farm.recordAs({});
    const { code, stdout } = await farm.vigil('sweep', '--yes', '--json');
    expect(code).toBe(0);
    expect(targetOf(stdout, 'agent_theirs-1').errors.join()).toContain(
      `recorded in ${other.path} (use -w)`,
    );
    expect(isAlive(theirs)).toBe(true);
    writeFileSync(other.taskFile('TASK-2'), '{ "agents": [');
    other.age();
    const unread = await farm.vigil('sweep', '--yes');
    expect([unread.code, unread.stdout]).toEqual([
      0,
      expect.stringContaining('may record it, but cannot be read'),
    ]);
    expect(isAlive(theirs)).toBe(true);
  });

  it('ends idle agents only with --idle, and never busy ones', async () => {
    const idle = await farm.start('idle-1', 'cooperative');
    const busy = await farm.run('busy-1', talker);
    farm.recordAs({ 'idle-1': 'working', 'busy-1': 'working' });
    await eventually('it was idle for long enough', () => {
      const at = farm.server.tmux(
        'display-message',
        '-p',
        '-t',
        '=agent_idle-1:',
        '#{window_activity}',
      );
      return Date.now() / 1000 - Number(at) > 3;
    });
    const plain = await farm.vigil('sweep', '--yes');
    expect([plain.code, plain.stdout]).toEqual([0, 'no leftovers\n']);
    expect((await farm.vigil('sweep', '--yes', '--idle', '1h')).stdout).toBe('no leftovers\n');
    expect([...idle.pids, ...busy.pids].every(isAlive)).toBe(true);
    const { code, stdout } = await farm.vigil('sweep', '--yes', '--idle', '3s', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout).targets.map((each: { agentId: string }) => each.agentId)).toEqual([
      'idle-1',
    ]);
    await allDead(idle.pids);
    expect(busy.pids.every(isAlive)).toBe(true);
    expect([farm.status('idle-1'), farm.status('busy-1')]).toEqual(['terminated', 'working']);
  });
});

/** An agent that prints continuously. */
const talker = `#!/usr/bin/env python3
import os, time
with open(os.environ['READY_FILE'] + '.tmp', 'w') as file: file.write(str(os.getpid()))
os.rename(os.environ['READY_FILE'] + '.tmp', os.environ['READY_FILE'])
while True:
    print('at work', flush=True); time.sleep(0.1)
`;

/** A tmux server that has missed that a child exited. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { reapChildren } from '../../source/host/tmux/session-control.ts';
import { eventually } from '../helpers/eventually.ts';
import { createStandIns, type StandIns, statOf } from '../helpers/stand-ins.ts';
import { startTmux, type TmuxServer } from '../helpers/tmux-server.ts';

let server: TmuxServer;
let standIns: StandIns;
beforeAll(() => {
  server = startTmux();
  standIns = createStandIns();
});
afterAll(() => {
  standIns.close();
  server.close();
});

it('reaps it when asked, if it is the server that was meant', async () => {
  server.session('people');
  server.session('agent', 'sleep', '1000000');
  const session = server.sessionRef('agent');
  const { serverPid } = session;
  const pid = Number(server.tmux('display-message', '-p', '-t', '=agent:', '#{pane_pid}'));
  const isTraced = () =>
    /^TracerPid:\t[1-9]/m.test(readFileSync(`/proc/${serverPid}/status`, 'utf8'));
  // As long as it is traced, it is told that no child has exited.
  const trace = join(standIns.directory, 'trace');
  const fault = ['-e', 'trace=wait4', '-e', 'inject=wait4:retval=0', '-o', trace];
  const strace = standIns.start('strace', ['-qq', ...fault, '-p', String(serverPid)]);
  await eventually('it is traced', isTraced);
  process.kill(pid, 'SIGKILL');
  await eventually('it was told so', () => readFileSync(trace, 'utf8').includes('wait4(-1'));
  strace.kill('SIGTERM');
  await eventually('it is not traced', () => !isTraced());

  expect(await reapChildren({ ...session, serverPid: pid })).toEqual({ ok: true, value: true });
  server.tmux('list-sessions');
  expect(statOf(pid)).toMatchObject({ ppid: serverPid, state: 'Z' });
  expect(await reapChildren(session)).toEqual({ ok: true, value: true });
  await eventually('it is reaped', () => statOf(pid) === undefined);
});

/** Facts about tmux that attaching needs. */
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aroundOf, createAttacher } from '../../source/host/tmux/attach.ts';
import { findOwnClient, showMessage, wayBackOf } from '../../source/host/tmux/own-client.ts';
import { eventually } from '../helpers/eventually.ts';
import { openTerminal } from '../helpers/terminal.ts';
import { startTmux, type TmuxServer } from '../helpers/tmux-server.ts';
import { vigilEnv } from '../helpers/vigil.ts';

let server: TmuxServer;
beforeEach(() => {
  server = startTmux();
});
afterEach(() => server.close());

const refOf = (name: string) => server.sessionRef(name);
const onStopped = () => undefined;

it('the pane vigil runs in is named only by tmux’s own variables', () => {
  const around = (TMUX?: string, TMUX_PANE?: string) => aroundOf({ TMUX, TMUX_PANE });
  expect(around('/tmp/tmux-0/a,b,4000,3', '%12')).toEqual({ serverPid: 4000, paneId: '%12' });
  for (const [tmux, pane] of [
    [undefined, undefined],
    ['/tmp/a,4000,3', undefined],
    ['', '%1'],
    ['/tmp/a', '%1'],
    ['/tmp/a,x,3', '%1'],
    ['/tmp/a,4000,3', '%1; kill-server'],
  ])
    expect(around(tmux, pane)).toBeUndefined();
});

describe('a session', () => {
  it('is found by its identity, but not if its id belongs to another one', async () => {
    server.session('agent_a', 'sleep', '1000');
    const { check } = createAttacher({});
    const ref = refOf('agent_a');
    expect(await check(ref)).toEqual({ ok: true, value: true });
    for (const wrong of [
      { ...ref, serverPid: ref.serverPid + 1 },
      { ...ref, createdAt: ref.createdAt - 5000 },
    ])
      expect(await check(wrong)).toEqual({
        ok: false,
        reason: 'the session was replaced',
      });
  });

  it('that is gone is reported as gone, with or without its server', async () => {
    server.session('agent_a', 'sleep', '1000');
    server.session('agent_b', 'sleep', '1000');
    const { check, switchTo } = createAttacher({});
    const ref = refOf('agent_a');
    server.tmux('kill-session', '-t', '=agent_a');
    const gone = { ok: false, reason: 'the session is gone' };
    expect(await check(ref)).toEqual(gone);
    expect(await switchTo(ref)).toEqual(gone);
    server.close();
    expect(await check(ref)).toEqual(gone);
    expect(await check({ ...ref, id: 'agent_b' })).toMatchObject({ ok: false });
  });
});

describe('a client', () => {
  it('that cannot be started reports why', async () => {
    server.session('agent_a', 'sleep', '1000');
    const { attach } = createAttacher({ PATH: '/nonexistent' });
    const { signal } = new AbortController();
    expect(await attach(refOf('agent_a'), { readOnly: false, signal, onStopped })).toEqual({
      ok: false,
      reason: 'tmux is not installed, or not on PATH',
    });
  });

  it('is not started for a replaced session, nor during an exit', async () => {
    server.session('agent_a', 'sleep', '1000');
    const { attach } = createAttacher(process.env);
    const ref = refOf('agent_a');
    const leaving = new AbortController();
    const { signal } = leaving;
    const replaced = { ...ref, serverPid: ref.serverPid + 1 };
    expect(await attach(replaced, { readOnly: true, signal, onStopped })).toEqual({
      ok: false,
      reason: 'the session is gone',
    });
    leaving.abort();
    expect(await attach(ref, { readOnly: false, signal, onStopped })).toEqual({
      ok: true,
      value: true,
    });
    expect(server.tmux('list-clients')).toBe('');
  });
});

it('the way back is the key that is bound to it, else the command', () => {
  const lines = [
    'bind-key    -T prefix C-b     send-prefix',
    'bind-key    -T prefix L       switch-client -l',
    'bind-key -r -T prefix Up      select-pane -U',
  ];
  expect(wayBackOf('C-b', lines)).toBe('C-b L');
  expect(wayBackOf('C-a', ['bind-key -r -T prefix Tab switch-client -l'])).toBe('C-a Tab');
  for (const [prefix, all] of [
    ['None', lines],
    ['', lines],
    ['C-b', lines.slice(0, 1)],
  ] as const)
    expect(wayBackOf(prefix, all)).toBe('tmux switch-client -l');
});

it('outside tmux there is no client of our own, and no server is started', async () => {
  const path = join(tmpdir(), `vigil-test-${process.pid}`);
  for (const env of [{}, { TMUX: `${path},1,0`, TMUX_PANE: '%0' }, { TMUX: 'x', TMUX_PANE: '%0' }])
    expect(await findOwnClient(env)).toBeUndefined();
  expect(existsSync(path)).toBe(false);
});

it('a message is text: formats, times and commands in it are not expanded', async () => {
  server.session('own', 'sleep', '1000');
  const env = vigilEnv({ TERM: 'xterm-256color' });
  const terminal = openTerminal(['tmux', '-S', server.path, 'attach', '-t', '=own'], env);
  try {
    await eventually('it is attached', () => server.tmux('list-clients') !== '');
    const pane = server.tmux('display-message', '-p', '-t', '=own:', '#{pane_id}').trim();
    const around = { TMUX: `${server.path},${server.pid()},0`, TMUX_PANE: pane };
    const client = await findOwnClient(around);
    expect(client?.wayBack).toBe('C-b L');
    const text = '#{session_name} #(echo run) %H:%M #[fg=red] a;b;';
    await showMessage(client as NonNullable<typeof client>, text);
    await terminal.prints(text);
  } finally {
    terminal.close();
  }
});

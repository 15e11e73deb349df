/** Kills tmux sessions by identity, many in one command. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { SessionRef } from '../../source/core/ports/sessions.ts';
import { createSessionKills } from '../../source/host/tmux/session-control.ts';
import { askTmux } from '../../source/host/tmux/tmux-client.ts';
import { startTmux, type TmuxServer } from '../helpers/tmux-server.ts';

let server: TmuxServer;
beforeEach(() => {
  server = startTmux();
});
afterEach(() => server.close());

const names = () => server.tmux('list-sessions', '-F', '#{session_name}').trim().split('\n');
const refOf = (name: string, more: Partial<SessionRef> = {}) => ({
  ...server.sessionRef(name),
  ...more,
});
/** Counts the clients that are started. */
function counted() {
  const asked: string[] = [];
  const kill = createSessionKills((path, words) => {
    asked.push(path);
    return askTmux(path, words);
  });
  return { asked, kill };
}

it('simultaneous kills share one command; a replaced or missing session does not stop the others', async () => {
  for (const name of ['a', 'a-1', 'other', 'gone', 'z']) server.session(name, 'sleep', '1000');
  const refs = [
    refOf('other', { createdAt: 1000 }),
    refOf('gone'),
    refOf('a', { serverPid: 1 }),
    refOf('a'),
    refOf('z'),
  ];
  server.tmux('kill-session', '-t', '=gone');
  const { asked, kill } = counted();
  const results = await Promise.all(refs.map(kill));
  expect(asked).toEqual([server.path]);
  expect(results.every(result => result.ok)).toBe(true);
  expect(names()).toEqual(['a-1', 'other']);
});

it('a hundred are killed with few clients, and a later kill is another command', async () => {
  server.session('stays', 'sleep', '1000');
  const many = Array.from({ length: 100 }, (_, index) => `s${index}`);
  for (const name of many) server.tmux('new-session', '-d', '-s', name, 'sleep', '1000');
  const refs = many.map(name => refOf(name));
  const { asked, kill } = counted();
  await Promise.all(refs.slice(0, 99).map(kill));
  expect(asked).toHaveLength(2);
  expect(names().sort()).toEqual(['s99', 'stays']);
  await kill(refs[99] as SessionRef);
  expect(asked).toHaveLength(3);
  expect(names()).toEqual(['stays']);
});

it('each server is addressed separately, and a missing one is not confused with the other', async () => {
  server.session('a', 'sleep', '1000');
  const { asked, kill } = counted();
  const [there, absent] = await Promise.all([
    kill(refOf('a')),
    kill(refOf('a', { socketPath: `${server.path}-not` })),
  ]);
  expect(asked).toHaveLength(2);
  expect([there?.ok, absent?.ok]).toEqual([true, false]);
});

it('an invalid session id never reaches tmux', async () => {
  server.session('a', 'sleep', '1000');
  const { asked, kill } = counted();
  for (const id of ['', 'a', '$', "$0'; kill-server", '$0\n', '%1'])
    expect(await kill(refOf('a', { id }))).toMatchObject({ ok: false });
  expect(asked).toEqual([]);
  expect(names()).toEqual(['a']);
});

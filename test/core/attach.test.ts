/** The target of the key a. */
import { describe, expect, it } from 'vitest';
import { attachmentOf } from '../../source/core/rows/attachment.ts';
import { agentRow, row } from '../fixtures/snapshot.ts';
import { inventory, pane, serverPid } from '../helpers/inventory.ts';

const session = { socket: 'default', name: 'agent_a-1', attached: 0 };
const agent = agentRow('a-1', 'working', { class: 'live', session });
const panes = [
  pane('agent_a-1-more', 10),
  pane('agent_a-1', 11, { sessionId: '$7' }),
  pane('mine', 12),
];
const seen = inventory({ panes });
const around = { serverPid, paneId: '%12' };

describe('a row', () => {
  it('attaches to the session of exactly its name, by its id on that server', () => {
    const way = attachmentOf(agent, seen, undefined, false);
    expect(way).toMatchObject({
      kind: 'attach',
      session: { id: '$7', name: 'agent_a-1', serverPid, socketPath: '/tmp/tmux-1000/default' },
    });
  });

  it('of a user’s own session attaches too', () => {
    const mine = row({ class: 'interactive', key: 'p', session: { ...session, name: 'mine' } });
    expect(attachmentOf(mine, seen, undefined, false)).toMatchObject({ kind: 'attach' });
  });

  it('without a session cannot be attached, and the reason names it', () => {
    const ghost = agentRow('gone-1', 'working', { class: 'ghost' });
    expect(attachmentOf(ghost, seen, undefined, false)).toEqual({
      kind: 'refused',
      reason: 'gone-1 has no session to attach to',
    });
  });

  it('whose session the last poll did not list cannot be attached', () => {
    const reading = { ok: false, reason: 'no answer' } as const;
    const silent = { ...seen, servers: seen.servers.map(each => ({ ...each, reading })) };
    const way = attachmentOf(agent, silent, undefined, false);
    expect(way).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('was not in the last snapshot'),
    });
  });
});

describe('inside tmux', () => {
  it('the surrounding client is switched on the same server, and a client is nested for another', () => {
    expect(attachmentOf(agent, seen, around, false).kind).toBe('switch');
    expect(attachmentOf(agent, seen, { ...around, serverPid: 1 }, false).kind).toBe('attach');
  });

  it('--read-only nests a client, as a switch would let keys through', () => {
    expect(attachmentOf(agent, seen, around, true).kind).toBe('attach');
  });

  it('our own session is never shown in itself; a pane of that name elsewhere is another one', () => {
    const inIt = { serverPid, paneId: '%11' };
    for (const readOnly of [false, true])
      expect(attachmentOf(agent, seen, inIt, readOnly)).toMatchObject({
        reason: 'vigil itself runs in session agent_a-1',
      });
    expect(attachmentOf(agent, seen, { ...inIt, serverPid: 1 }, false).kind).toBe('attach');
  });
});

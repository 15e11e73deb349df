/** Two tmux servers, each with a session of the agent's name in which an agent program runs: only the agent's own is
 * ended, and nothing where no evidence tells which that is. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isAlive } from '../helpers/agents.ts';
import { createEvidenceWorld, type EvidenceWorld } from '../helpers/evidence-world.ts';
import type { TmuxServer } from '../helpers/tmux-server.ts';

const session = 'agent_alpha-1';
let world: EvidenceWorld;
let second: TmuxServer;
beforeEach(() => {
  world = createEvidenceWorld();
  second = world.another();
});
afterEach(() => world.close());

const record = (more = {}) =>
  world.record({ [world.task]: [{ id: 'alpha-1', status: 'working', ...more }] });
const kill = (...words: string[]) => world.vigil('kill', ...words, '--yes');
const isThere = (server: TmuxServer) =>
  server.tmux('list-sessions', '-F', '#{session_name}').split('\n').includes(session);

/** Starts the agent, with what proves it to be the agent. @returns its pid. */
const proven: Readonly<Record<string, () => Promise<number>>> = {
  async 'by the log that it writes'() {
    const pid = await world.runLogged(session, 'claude', world.logOf('alpha-1'));
    record();
    return pid;
  },
  async 'by the identity in its entry'() {
    const pid = await world.run(session, 'claude');
    record({ tracked_processes: [world.identityOf(pid)] });
    return pid;
  },
};

for (const [title, start] of Object.entries(proven))
  it(`proven ${title}, an agent is ended by its id alone, and session:NAME is refused: exit 4`, async () => {
    const [agent, other] = [await start(), await world.run(session, 'claude', second)];
    const refused = await kill(`session:${session}`);
    expect([refused.code, refused.stdout]).toEqual([4, '']);
    expect(refused.stderr).toContain(
      `session:${session} is on tmux sockets ${[world.server.name, second.name].join(' and ')}`,
    );
    expect([isAlive(agent), isAlive(other)]).toEqual([true, true]);
    const ended = await kill('alpha-1');
    expect([ended.code, ended.stderr]).toEqual([0, '']);
    expect([isAlive(agent), isAlive(other)]).toEqual([false, true]);
    expect([isThere(world.server), isThere(second)]).toEqual([false, true]);
    expect(world.statuses('alpha-1')).toEqual(['alpha-1 terminated']);
    // Now one session has the name: it does not become the finished agent's.
    const again = await kill('alpha-1');
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('alpha-1  vanished')]);
    expect((await world.vigil('sweep', '--yes')).code).toBe(0);
    expect([isAlive(other), isThere(second)]).toEqual([true, true]);
  });

it('without a proof the id is refused too, until -L names the server', async () => {
  const own = await world.run(session, 'claude');
  const other = await world.run(session, 'claude', second);
  record();
  for (const target of ['alpha-1', `session:${session}`]) {
    const { code, stderr } = await kill(target);
    expect([target, code]).toEqual([target, 4]);
    for (const { name } of [world.server, second]) expect(stderr).toContain(name);
    expect([isAlive(own), isAlive(other)]).toEqual([true, true]);
  }
  expect(world.statuses('alpha-1')).toEqual(['alpha-1 working']);
  expect((await kill('alpha-1', '-L', world.server.name)).code).toBe(0);
  expect([isAlive(own), isAlive(other)]).toEqual([false, true]);
});

/** Agents that other managers have started, in a real tmux, with their state files and with stand-ins for their commands:
 * named, spared by bulk commands, ended through their manager when they are named. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isAlive } from '../helpers/agents.ts';
import {
  createEvidenceWorld,
  deadOf,
  type EvidenceWorld,
  livingOf,
} from '../helpers/evidence-world.ts';
import { createManagers, type Managers } from '../helpers/managers.ts';
import type { TmuxServer } from '../helpers/tmux-server.ts';
import { type Run, vigil } from '../helpers/vigil.ts';
import type { JsonRow } from '../vendors/vendor-world.ts';

let world: EvidenceWorld;
let managers: Managers;
let server: TmuxServer;
beforeEach(() => {
  world = createEvidenceWorld();
  managers = createManagers(world.directory, join(world.directory, 'bin', 'claude'));
  server = world.another({ HOME: managers.home });
});
afterEach(() => world.close());

const run = (verb: string, ...words: string[]): Promise<Run> =>
  vigil([verb, '-w', world.workspace.path, ...words], {
    env: {
      ...{ HOME: managers.home, PATH: managers.path },
      XDG_STATE_HOME: join(world.directory, 'state'),
    },
  });

const sessions = () => server.tmux('list-sessions', '-F', '#{session_name}').trim().split('\n');

/** The state of agent-deck, with these sessions by id. */
function recordDeck(deck: Readonly<Record<string, string>>): void {
  const instances = Object.entries(deck).map(([id, tmux_session]) => ({ id, tmux_session }));
  managers.put('.agent-deck/profiles/default/sessions.json', { instances });
}

/** A session of each of four managers, by the name of its command. */
async function startFour(): Promise<Readonly<Record<string, number>>> {
  const { home, put } = managers;
  const deck = await world.run('agentdeck_api_deckdeck', 'claude', server);
  recordDeck({ deckdeck: 'agentdeck_api_deckdeck' });
  const aoe = await world.run('aoe_my_task_01234567', 'claude', server);
  put('.config/agent-of-empires/profiles/default/sessions.json', [{ id: '0123456789abcdef' }]);
  const workmux = await world.run('wm-login', 'claude', server);
  const pane_id = server.tmux('list-panes', '-t', '=wm-login:', '-F', '#{pane_id}').trim();
  put(`.local/state/workmux/agents/tmux__x__${encodeURIComponent(pane_id)}.json`, {
    pane_key: { backend: 'tmux', instance: server.path, pane_id },
    ...{ workdir: `${home}/app__worktrees/login`, pane_pid: workmux },
    ...{ session_name: 'wm-login', window_name: 'zsh' },
  });
  spawnSync('mkdir', ['-p', `${home}/app__worktrees/login`]);
  const program = world.program('claude');
  const marks = [`GT_ROOT=${home}/gt`, 'GT_SESSION=gt-Toast'];
  server.session('gt-Toast', 'env', ...marks, ...program.argv);
  const gt = await program.pid();
  put('gt/mayor/rigs.json', { rigs: { app: { beads: { prefix: 'gt' } } } });
  return { deck, aoe, workmux, gt };
}

it('names the owner of a session of each of four managers, spares it in bulk, and asks it when it is named', async () => {
  const four = await startFour();
  const users = {
    'of the same prefix': await world.run('gt-notes', 'claude', server),
    'of a name alone': await world.run('agentdeck_notes', 'claude', server),
    'of the same server': await world.type('work', 'claude', server),
    'of the same name on another server': await world.run('wm-login', 'claude'),
  };
  // Two ended agents: an entry of this workspace, and what an agent of such a session has left behind.
  const ours = await world.run('agent_ours-1', 'claude', server);
  world.recordWorking('ours-1');
  process.env.CLAUDE_PID = String(spawnSync('true').pid);
  const leftover = await world.detached('mcp-server-git');
  delete process.env.CLAUDE_PID;

  const list = await run('list', '--json');
  const rows = JSON.parse(list.stdout).rows as readonly JsonRow[];
  const rowOf = (pid: number) => rows.find(row => row.processes.some(each => each.pid === pid));
  const ownerOf = (pid: number) => {
    const owner = rowOf(pid)?.owner;
    return [rowOf(pid)?.class, owner?.kind, owner?.confidence, owner?.stop?.join(' ')];
  };
  const is = 'interactive';
  expect(Object.values(four).map(ownerOf)).toEqual([
    [is, 'agent-deck', 'proven', 'agent-deck -p default session stop deckdeck'],
    [is, 'agent-of-empires', 'proven', 'aoe -p default session stop 0123456789abcdef'],
    [is, 'workmux', 'proven', 'workmux close login'],
    [is, 'gas-town', 'proven', 'gt session stop app/Toast'],
  ]);
  expect(Object.values(users).map(ownerOf)).toEqual([
    [is, undefined, undefined, undefined],
    [is, 'agent-deck', 'suspected', undefined],
    [is, undefined, undefined, undefined],
    [is, undefined, undefined, undefined],
  ]);
  expect(rowOf(leftover)).toMatchObject({ class: 'orphan', confidence: 'proven', owner: null });

  // A shutdown has a sweep in it.
  const shutdown = await run('shutdown', '--yes');
  expect([shutdown.code, shutdown.stderr]).toEqual([0, '']);
  const notIncluded = (by: string) =>
    expect.stringMatching(new RegExp(`^not included: .* ${by} runs it; name it to end it$`));
  expect(shutdown.stdout.split('\n')).toEqual(
    expect.arrayContaining([notIncluded('Gas Town'), notIncluded('perhaps agent-deck')]),
  );
  expect([isAlive(ours), isAlive(leftover)]).toEqual([false, false]);
  expect([deadOf(four), deadOf(users), managers.calls()]).toEqual([[], [], []]);

  const pids = Object.values(four).map(pid => `pid:${pid}`);
  const readOnly = await run('kill', ...pids, '--yes', '--read-only');
  expect([readOnly.code, managers.calls()]).toEqual([4, []]);
  const kill = await run('kill', ...pids, '--yes');
  expect([kill.code, livingOf(four), deadOf(users)]).toEqual([0, [], []]);
  expect(kill.stdout).toContain(
    'workmux is asked first: workmux close login (ends session wm-login)',
  );
  expect([...managers.calls()].sort()).toEqual([
    expect.stringMatching(/^agent-deck -p default session stop deckdeck in /),
    expect.stringMatching(/^aoe -p default session stop 0123456789abcdef in /),
    `gt session stop app/Toast in ${managers.home}/gt`,
    `workmux close login in ${managers.home}/app__worktrees/login`,
  ]);
  expect(sessions().sort()).toEqual(['agentdeck_notes', 'gt-notes', 'people', 'work']);
});

it('ends what a manager refuses to end, or does not answer about, and does not believe one that starts it again', async () => {
  const names = {
    'refuse-1': 'agentdeck_a_refuse-1',
    'hang-111': 'agentdeck_b_hang-111',
    'again-11': 'agentdeck_c_again-11',
    '-x hostile': 'agentdeck_d_hostile',
  };
  const pids: number[] = [];
  for (const name of Object.values(names)) pids.push(await world.run(name, 'claude', server));
  recordDeck(names);
  const kill = await run('kill', ...pids.map(pid => `pid:${pid}`), '--yes', '--json');
  const { targets } = JSON.parse(kill.stdout);
  const of = (pid: number | undefined) =>
    targets.find((each: { target: string }) => each.target.startsWith(`process:${pid}@`));
  expect(pids.map(pid => of(pid).outcome)).toEqual(['exited', 'exited', 'survived', 'exited']);
  expect(kill.code).toBe(1);
  // Beside a process that its parent may not have reaped yet.
  expect(of(pids[0]).errors).toContain('agent-deck did not stop it: it is busy');
  expect(of(pids[1]).errors).toContain('agent-deck did not stop it: no answer within 10 s');
  expect(pids.filter(isAlive)).toEqual([]);
  // It was started again, under its name.
  expect(sessions().sort()).toEqual(['agentdeck_c_again-11', 'people']);
  expect(managers.calls()).toHaveLength(3);
  expect(managers.calls().join('\n')).not.toContain('hostile');
});

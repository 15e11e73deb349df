/** Sessions that were renamed, moved, swapped, shared and linked, and those that only an entry names: what
 * commands do to the agents, and to users' programs. */
import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isAlive } from '../helpers/agents.ts';
import {
  createEvidenceWorld,
  deadOf,
  type EvidenceWorld,
  each,
  livingOf,
} from '../helpers/evidence-world.ts';
import { statOf } from '../helpers/stand-ins.ts';
import type { TmuxServer } from '../helpers/tmux-server.ts';

let world: EvidenceWorld;
beforeEach(() => {
  world = createEvidenceWorld();
});
afterEach(() => world.close());

const tmux = (...words: string[]) => world.server.tmux(...words);
const agent = (id: string, server?: TmuxServer) => world.run(`agent_${id}`, 'claude', server);
/** A program that a user starts in a pane of its own. */
async function pane(name: string, ...how: string[]): Promise<{ pid: number; id: string }> {
  const program = world.program(name);
  const id = tmux(...how, '-d', '-P', '-F', '#{pane_id}', ...program.argv).trim();
  return { pid: await program.pid(), id };
}

/** Names of the sessions that show the pane of this process. */
function placesOf(pid: number): string {
  const lines = tmux('list-panes', '-a', '-F', '#{pane_pid} #{session_name}').split('\n');
  const known = lines.map(line => line.split(' '));
  // It leads the pane, or the shell that pipes its output into the log does.
  const leaders = [pid, statOf(pid)?.ppid].map(String);
  return known
    .flatMap(([leader = '', name = '']) => (leaders.includes(leader) ? name : []))
    .join(' ');
}

describe('agents whose sessions were changed by users since vigil first saw them', () => {
  const seen: Readonly<Record<string, string>> = {
    ...{ 'renamed-1': 'nice', 'renamed-2': 'nicer', 'joined-1': 'work', 'broken-1': 'work' },
    ...{ 'window-1': 'work', 'linked-1': 'agent_linked-1 work', 'swapped-1': 'work' },
    ...{ 'hosted-1': 'agent_hosted-1', 'again-1': 'agent_again-1' },
    'group-1': 'agent_group-1 mine',
  };
  const places = { ...seen, 'logged-1': 'written', 'swapped-2': 'work' };
  const ids = Object.keys(places);
  let agents: Record<string, number>;
  let people: Record<string, number>;

  beforeEach(async () => {
    agents = {};
    people = { 'a shell in work': await world.shell('work') };
    for (const id of Object.keys(seen)) agents[id] = await agent(id);
    people['an editor in a pane beside an agent’s'] = (
      await pane('vim', 'split-window', '-t', '=agent_broken-1:')
    ).pid;
    const first = await agent('first-1');
    world.recordWorking('first-1', ...ids, 'ghost-1', 'ghost-2');
    const { code } = await world.vigil('kill', 'first-1', '--yes');
    expect([code, isAlive(first)]).toEqual([0, false]);
    await change();
    await changeUnseen();
    world.workspace.age();
    const found = ids.map(id => [id, placesOf(agents[id] as number)]);
    expect(Object.fromEntries(found)).toEqual(places);
  });

  async function change(): Promise<void> {
    tmux('rename-session', '-t', '=agent_renamed-1', 'nice');
    tmux('rename-session', '-t', '=agent_renamed-2', 'nicer');
    people['an editor in a session of the old name'] = await world.run('agent_renamed-2', 'vim');
    tmux('join-pane', '-d', '-s', '=agent_joined-1:', '-t', '=work:');
    tmux('break-pane', '-d', '-s', '=agent_broken-1:0.0', '-t', '=work:');
    tmux('move-window', '-d', '-s', '=agent_window-1:0', '-t', '=work:');
    tmux('link-window', '-d', '-s', '=agent_linked-1:0', '-t', '=work:');
    const swapped = await pane('vim', 'new-window', '-t', '=work:');
    tmux('swap-pane', '-d', '-s', '=agent_swapped-1:', '-t', swapped.id);
    people['an editor swapped with an agent'] = swapped.pid;
    const joined = await pane('emacs', 'new-window', '-t', '=work:');
    tmux('join-pane', '-d', '-s', joined.id, '-t', '=agent_hosted-1:');
    people['an editor joined to an agent'] = joined.pid;
    const again = world.program('claude');
    tmux('respawn-pane', '-k', '-t', '=agent_again-1:', ...again.argv);
    agents['again-1'] = await again.pid();
    tmux('new-session', '-d', '-s', 'mine', '-t', '=agent_group-1');
    people['an editor in a window of a grouped session'] = (
      await pane('vim', 'new-window', '-t', '=mine:')
    ).pid;
    people['an editor beside an agent in a grouped session'] = (
      await pane('emacs', 'split-window', '-t', '=mine:0')
    ).pid;
  }

  /** All changes are visible to the same poll. */
  async function changeUnseen(): Promise<void> {
    agents['logged-1'] = await world.runLogged('agent_logged-1', 'claude', world.logOf('logged-1'));
    tmux('rename-session', '-t', '=agent_logged-1', 'written');
    agents['swapped-2'] = await agent('swapped-2');
    const swapped = await pane('vim', 'new-window', '-t', '=work:');
    tmux('swap-pane', '-d', '-s', '=agent_swapped-2:', '-t', swapped.id);
    people['an editor swapped with an agent not seen yet'] = swapped.pid;
    // A reader of a log is no evidence of its agent.
    const log = world.logOf('ghost-2');
    writeFileSync(log, '{}\n');
    tmux('new-session', '-d', '-s', 'reading', 'tail', '-n', '0', '-F', log);
    people['a reader of a log'] = Number(
      tmux('display-message', '-p', '-t', '=reading:', '#{pane_pid}'),
    );
  }

  it('stay recorded as working, and none is swept', async () => {
    const reconciled = await world.vigil('reconcile', '--yes');
    expect([reconciled.code, reconciled.stderr]).toEqual([0, '']);
    expect(world.statuses(...ids, 'ghost-1', 'ghost-2')).toEqual([
      ...each('working', ...ids),
      ...each('terminated', 'ghost-1', 'ghost-2'),
    ]);
    const swept = await world.vigil('sweep', '--yes');
    expect([swept.code, swept.stderr]).toEqual([0, '']);
    expect([livingOf(agents), deadOf(people)]).toEqual([ids, []]);
  });

  it('end by their ids, and users’ programs stay', async () => {
    const { code, stdout, stderr } = await world.vigil('kill', ...ids, '--yes');
    expect([livingOf(agents), deadOf(people)]).toEqual([[], []]);
    expect([code, stderr]).toEqual([0, '']);
    expect(world.statuses(...ids)).toEqual(each('terminated', ...ids));
    for (const session of ['work', 'agent_hosted-1', 'agent_group-1'])
      expect(stdout).toMatch(
        new RegExp(`session ${session} is kept: pane %\\d+ is not the agent’s`),
      );
  });
});

it('a shutdown ends the recorded agents, and no session that only an entry names', async () => {
  const people = {
    'an editor that leads a session': await world.run('main', 'vim'),
    'a shell that waits': await world.shell('desk'),
    'a program in a shell': await world.type('builds', 'simulation'),
    'an agent program in a shell': await world.type('pairing', 'claude'),
    'a service': await world.detached('exporter'),
  };
  const agents = {
    'plain-1': await agent('plain-1'),
    'logged-1': await world.runLogged('agent_logged-1', 'claude', world.logOf('logged-1')),
    'shared-1': await agent('shared-1'),
  };
  tmux('rename-session', '-t', '=agent_logged-1', 'debugging');
  tmux('new-session', '-d', '-s', 'mine', '-t', '=agent_shared-1');
  const editor = await pane('vim', 'new-window', '-t', '=mine:');
  const tracked = { tracked_processes: [world.identityOf(people['a service'])] };
  world.record({
    [world.task]: [
      ...Object.keys(agents).map(id => ({ id, status: 'working' })),
      ...['main', 'desk', 'builds', 'pairing'].map(session => ({ id: `${session}-1`, session })),
      { id: 'tracked-1', ...tracked },
    ],
  });
  await world.vigil('shutdown', '--yes');
  expect([livingOf(agents), deadOf({ ...people, 'an editor in a group': editor.pid })]).toEqual([
    [],
    [],
  ]);
});

it('an end by name spares the editors in the session that the entry names', async () => {
  const people = {
    'an editor that leads a session': await world.run('main', 'vim'),
    'an editor in a shell': await world.type('notes', 'vim'),
    'an editor in the shell of a finished agent': await world.type('agent_edit-1', 'vim'),
    'an editor in the shell of a working agent': await world.type('agent_edit-2', 'emacs'),
  };
  const undead = await agent('undead-1');
  world.record({
    [world.task]: [
      ...['main', 'notes'].map(session => ({ id: `${session}-1`, session, status: 'completed' })),
      ...['edit-1', 'undead-1'].map(id => ({ id, status: 'completed' })),
      { id: 'edit-2', status: 'working' },
    ],
  });
  await world.vigil('kill', 'main-1', 'notes-1', 'edit-1', 'edit-2', 'undead-1', '--yes');
  expect([isAlive(undead), deadOf(people)]).toEqual([false, []]);
});

it('suspected orphans with an agent’s name are ended on request, and editors of that name are none', async () => {
  const stray = await agent('stray-1');
  const people = {
    'an editor that leads a session': await world.run('agent_letters', 'vim'),
    'an editor in a shell': await world.type('agent_notes', 'vim'),
    'an editor beside an agent': (await pane('emacs', 'split-window', '-t', '=agent_stray-1:')).pid,
  };
  world.recordWorking();
  const { code, stderr } = await world.vigil('sweep', '--yes', '--include-suspected');
  expect([isAlive(stray), deadOf(people), code, stderr]).toEqual([false, [], 0, '']);
});

it('an editor that leads a session with an agent’s name is no orphan', async () => {
  await agent('stray-1');
  await world.run('agent_letters', 'vim');
  world.recordWorking();
  const { rows } = JSON.parse((await world.vigil('list', '--json')).stdout);
  const orphans = rows.filter((row: { class: string }) => row.class === 'orphan');
  expect(orphans.map((row: { session?: { name: string } }) => row.session?.name)).toEqual([
    'agent_stray-1',
  ]);
});

it('two entries that name one session: it ends with the one whose name it has, and by no other name', async () => {
  const owner = await agent('own-1');
  world.record({
    [world.task]: [
      { id: 'borrows-1', session: 'agent_own-1' },
      { id: 'own-1', status: 'working' },
    ],
  });
  const refused = await world.vigil('kill', 'borrows-1', '--yes');
  expect([refused.code, isAlive(owner)]).toEqual([4, true]);
  expect(refused.stdout).toContain('refused: its session and processes are those of agent:own-1');
  const ended = await world.vigil('kill', 'own-1', '--yes', '--json');
  expect([ended.code, isAlive(owner)]).toEqual([0, false]);
  const [target] = JSON.parse(ended.stdout).targets;
  expect([target.outcome, target.processes.map(({ pid }: { pid: number }) => pid)]).toEqual([
    'exited',
    [owner],
  ]);
});

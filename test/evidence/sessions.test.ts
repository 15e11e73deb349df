/** One sweep over sessions and entries that name them: agents proven by evidence are ended, those known only
 * by a name or a record are skipped. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  afterwards,
  asWanted,
  createEvidenceWorld,
  type EvidenceWorld,
  type Part,
} from '../helpers/evidence-world.ts';
import type { TmuxServer } from '../helpers/tmux-server.ts';
import type { Run } from '../helpers/vigil.ts';
import type { AgentSpec } from '../helpers/workspace.ts';

const earlierTask = 'TASK-20251001-101010-00000001';
let world: EvidenceWorld;
let other: TmuxServer;
let run: Run;
const tmux = (...words: string[]) => world.server.tmux(...words);

/** A finished entry, of the session of its own name or of this one. */
const done = (id: string, session = `agent_${id}`, more = {}): AgentSpec => ({
  ...{ id, session, status: 'completed', ...more },
});
const working = (id: string): AgentSpec => ({ id, status: 'working' });
const tracking = (id: string, pid: number) =>
  done(id, undefined, { tracked_processes: [world.identityOf(pid)] });
/** A session of an entry's own name with an agent program in it. */
const agent = (id: string) => world.run(`agent_${id}`, 'claude');

/** Restarts the pane with another program. */
async function respawn(session: string, name: string): Promise<number> {
  const next = world.program(name);
  tmux('respawn-pane', '-k', '-t', `=${session}:`, ...next.argv);
  return next.pid();
}

async function split(session: string, name: string): Promise<number> {
  const beside = world.program(name);
  tmux('split-window', '-d', '-t', `=${session}:`, ...beside.argv);
  return beside.pid();
}

const named: Readonly<Record<string, () => Promise<Part>>> = {
  'an editor that leads a session which a finished entry names': async () => {
    const lives = [await world.run('main', 'vim')];
    return { entries: [done('main-1', 'main')], lives, stays: 'main' };
  },
  'an editor in a shell of a session which a finished entry names': async () => {
    const lives = [await world.type('notes', 'vim')];
    return { entries: [done('notes-1', 'notes')], lives, stays: 'notes' };
  },
  'a shell that waits in a session which a finished entry names': async () => {
    const lives = [await world.shell('desk')];
    return { entries: [done('desk-1', 'desk')], lives, stays: 'desk' };
  },
  'a shell that waits in a session which an active entry names': async () => {
    const lives = [await world.shell('table')];
    return { entries: [{ ...working('table-1'), session: 'table' }], lives, stays: 'table' };
  },
  'an agent program that a user runs in a session which a finished entry names': async () => {
    const lives = [await world.type('pairing', 'claude')];
    return { entries: [done('pairing-1', 'pairing')], lives, stays: 'pairing' };
  },
  'a working agent whose session an older entry names': async () => {
    const lives = [await agent('new-1')];
    return { entries: [working('new-1'), done('old-1', 'agent_new-1')], lives };
  },
  'a working agent whose id a finished entry of another task has': async () => {
    const lives = [await agent('twin-1')];
    return { entries: [working('twin-1')], lives };
  },
  'a working agent whose session’s name begins with a finished one’s': async () => {
    const lives = [await agent('part-12')];
    return { entries: [working('part-12'), done('part-1')], lives };
  },
  'a working agent of whose name tmux makes the same as of a finished one’s': async () => {
    const lives = [await agent('v1_3')];
    return { entries: [working('v1_3'), done('v1.3')], lives, stays: 'agent_v1_3' };
  },
  'a working agent whose process an older entry of its session records': async () => {
    const pid = await agent('heir-1');
    const older = { ...tracking('old-2', pid), session: 'agent_heir-1' };
    return { entries: [working('heir-1'), older], lives: [pid] };
  },
  'an editor on another server, in a session of a finished agent’s name': async () => {
    const lives = [await world.run('agent_undead-2', 'vim', other)];
    return { entries: [done('undead-2')], lives, dies: [await agent('undead-2')] };
  },
};

const kept: Readonly<Record<string, () => Promise<Part>>> = {
  'an editor that was started in a finished agent’s shell': async () => {
    const lives = [await world.type('agent_edit-1', 'vim')];
    return { entries: [done('edit-1')], lives, stays: 'agent_edit-1' };
  },
  'another program in a finished agent’s shell': async () => {
    const lives = [await world.type('agent_make-1', 'simulation')];
    return { entries: [done('make-1')], lives, stays: 'agent_make-1' };
  },
  'an editor in a second window of a finished agent’s shell': async () => {
    const shell = await world.shell('agent_window-1');
    const editor = world.program('emacs');
    tmux('new-window', '-d', '-t', '=agent_window-1:', ...editor.argv);
    return { entries: [done('window-1')], lives: [shell, await editor.pid()] };
  },
  'an editor in an agent’s pane that was started again': async () => {
    await agent('again-1');
    return { entries: [done('again-1')], lives: [await respawn('agent_again-1', 'vim')] };
  },
  'an editor beside a finished agent’s pane, and its session': async () => {
    const dies = [await agent('split-1')];
    const lives = [await split('agent_split-1', 'vim')];
    return { entries: [done('split-1')], dies, lives, stays: 'agent_split-1' };
  },
  'an agent program that a user moved beside a finished agent’s pane': async () => {
    const dies = [await agent('chat-1')];
    const lives = [await world.type('chat', 'claude')];
    tmux('join-pane', '-d', '-s', '=chat:', '-t', '=agent_chat-1:');
    return { entries: [done('chat-1')], dies, lives, stays: 'agent_chat-1' };
  },
  'a shell that was brought beside the shell of a finished agent': async () => {
    await world.shell('agent_guest-1');
    const lives = [await world.shell('guest')];
    tmux('join-pane', '-d', '-s', '=guest:', '-t', '=agent_guest-1:');
    return { entries: [done('guest-1')], lives, stays: 'agent_guest-1' };
  },
  'a program in a window that is linked into a finished agent’s session': async () => {
    const dies = [await agent('host-1')];
    const lives = [await world.type('lent', 'simulation')];
    tmux('link-window', '-d', '-s', '=lent:0', '-t', '=agent_host-1:7');
    return { entries: [done('host-1')], dies, lives, stays: 'lent' };
  },
  'a shell in a window of a session that is grouped with a finished agent’s': async () => {
    const dies = [await agent('group-2')];
    tmux('new-session', '-d', '-s', 'mine', '-t', '=agent_group-2');
    const window = ['new-window', '-d', '-P', '-F', '#{pane_pid}', '-t', '=mine:'];
    const lives = [Number(tmux(...window, 'bash', '--norc'))];
    return { entries: [done('group-2')], dies, lives, stays: 'mine' };
  },
  'the shell of a session that a finished agent’s pane was moved to': async () => {
    const dies = [await world.runLogged('agent_moved-1', 'claude', world.logOf('moved-1'))];
    const lives = [await world.shell('work')];
    tmux('join-pane', '-d', '-s', '=agent_moved-1:', '-t', '=work:');
    return { entries: [done('moved-1')], dies, lives, stays: 'work' };
  },
};

const recorded: Readonly<Record<string, () => Promise<Part>>> = {
  'a database that an entry records': async () => {
    const pid = await world.detached('postgres');
    return { entries: [tracking('tracked-1', pid)], lives: [pid] };
  },
  'a service of no known name that an entry records': async () => {
    const pid = await world.detached('exporter');
    return { entries: [tracking('tracked-2', pid)], lives: [pid] };
  },
  'an editor on a terminal that an entry records': async () => {
    const pid = await world.type('letters', 'emacs');
    return { entries: [tracking('tracked-3', pid)], lives: [pid], stays: 'letters' };
  },
  'a user’s shell that an entry records': async () => {
    const pid = await world.shell('errands');
    return { entries: [tracking('tracked-4', pid)], lives: [pid], stays: 'errands' };
  },
  'a service that a working entry records': async () => {
    const pid = await world.detached('collector');
    const entry = { ...tracking('tracked-5', pid), status: 'working' };
    return { entries: [entry], lives: [pid] };
  },
};

const watched: Readonly<Record<string, () => Promise<Part>>> = {
  'a finished agent whose window is seen in a grouped session': async () => {
    const lives = [await agent('group-1')];
    tmux('new-session', '-d', '-s', 'view', '-t', '=agent_group-1');
    await world.attach('view');
    return { entries: [done('group-1')], lives, stays: 'agent_group-1' };
  },
  'a finished agent whose window is seen in a session that it is linked into': async () => {
    const lives = [await agent('link-1'), await world.shell('seen')];
    tmux('link-window', '-s', '=agent_link-1:0', '-t', '=seen:7');
    tmux('select-window', '-t', '=seen:7');
    await world.attach('seen');
    return { entries: [done('link-1')], lives, stays: 'agent_link-1' };
  },
};

const leftOver: Readonly<Record<string, () => Promise<Part>>> = {
  'a finished agent': async () => ({
    entries: [done('undead-1')],
    dies: [await agent('undead-1')],
    goes: 'agent_undead-1',
  }),
  'a finished agent whose name tmux has changed': async () => ({
    entries: [done('v1.2')],
    dies: [await agent('v1.2')],
    goes: 'agent_v1_2',
  }),
  'a shell in the session of a finished agent': async () => ({
    entries: [done('husk-1')],
    dies: [await world.shell('agent_husk-1')],
    goes: 'agent_husk-1',
  }),
  'a shell in the session of an agent on record as working': async () => ({
    entries: [working('husk-2')],
    dies: [await world.shell('agent_husk-2')],
    goes: 'agent_husk-2',
  }),
  'a finished agent whose window is linked into a detached session': async () => {
    const dies = [await agent('link-2')];
    const lives = [await world.shell('unseen')];
    tmux('link-window', '-d', '-s', '=agent_link-2:0', '-t', '=unseen:7');
    return { entries: [done('link-2')], dies, lives, stays: 'unseen' };
  },
  'an agent program without a terminal that an entry records': async () => {
    const pid = await world.detached('claude');
    return { entries: [tracking('tracked-6', pid)], dies: [pid] };
  },
};

const groups = { named, kept, recorded, watched, leftOver };
const parts = new Map<string, Part>();

beforeAll(async () => {
  world = createEvidenceWorld();
  other = world.another();
  for (const group of Object.values(groups))
    for (const [title, prepare] of Object.entries(group)) parts.set(title, await prepare());
  const entries = [...parts.values()].flatMap(part => part.entries);
  world.record({ [earlierTask]: [done('twin-1')], [world.task]: entries });
  run = await world.vigil('sweep', '--yes', '--json');
});
afterAll(() => world.close());

const check = (title: string) => expect(afterwards(world, parts.get(title))).toEqual(asWanted);

describe('a sweep skips', () => {
  for (const group of [named, kept, recorded, watched])
    for (const title of Object.keys(group)) it(title, () => check(title));
});

describe('a sweep ends', () => {
  for (const title of Object.keys(leftOver)) it(title, () => check(title));
});

it('a sweep that skips many rows finishes its plan', () => {
  expect([run.code, run.stderr]).toEqual([0, '']);
  expect(JSON.parse(run.stdout).ok).toBe(true);
});

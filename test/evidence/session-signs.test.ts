/** One sweep over panes with an agent's option, mark or log: each is proof if something of the agent is
 * there, and proves nothing about a user who inherited it or reads the log. */
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAlive } from '../helpers/agents.ts';
import { eventually } from '../helpers/eventually.ts';
import {
  afterwards,
  asWanted,
  createEvidenceWorld,
  type EvidenceWorld,
  type Part,
} from '../helpers/evidence-world.ts';
import { statOf } from '../helpers/stand-ins.ts';
import type { TmuxServer } from '../helpers/tmux-server.ts';
import type { Run } from '../helpers/vigil.ts';
import type { AgentSpec } from '../helpers/workspace.ts';

const uuid = '6e0f9a52-94b0-4c3e-9f6b-0e6a3a1f8a11';
let world: EvidenceWorld;
/** A server started by an agent's shell: all its descendants have the agent's mark. */
let marked: TmuxServer;
let run: Run;
const tmux = (...words: string[]) => world.server.tmux(...words);
const done = (id: string): AgentSpec => ({ id, status: 'completed' });

/** The option that `deploy` sets on an agent's pane. */
function setOption(id: string, session = `agent_${id}`): void {
  const target = ['-p', '-F', '-t', `=${session}:`];
  tmux('set-option', ...target, '@vigil_agent', `${id}:${uuid}:#{pane_pid}`);
}

/** A session in which the first process has the mark of this agent. */
async function withMark(id: string, session: string, name: string): Promise<number> {
  const program = world.program(name);
  tmux('new-session', '-d', '-e', `VIGIL_AGENT=${id}:${uuid}`, '-s', session, ...program.argv);
  return program.pid();
}

const leftAlone: Readonly<Record<string, () => Promise<Part>>> = {
  'a program in a pane whose option names its former leader': async () => {
    await world.run('agent_option-1', 'claude');
    setOption('option-1');
    const next = world.program('simulation');
    tmux('respawn-pane', '-k', '-t', '=agent_option-1:', ...next.argv);
    return { entries: [done('option-1')], lives: [await next.pid()], stays: 'agent_option-1' };
  },
  'an editor that leads a pane with the option': async () => {
    const lives = [await world.run('agent_option-2', 'vim')];
    setOption('option-2');
    return { entries: [done('option-2')], lives, stays: 'agent_option-2' };
  },
  'a program without a sign of an agent that leads a pane with the option': async () => {
    const lives = [await world.run('hobby', 'simulation')];
    setOption('option-3', 'hobby');
    return { entries: [done('option-3')], lives, stays: 'hobby' };
  },
  'a user’s agent program on a server that has an agent’s mark': async () => {
    const lives = [await world.type('pairing', 'claude', marked)];
    return { entries: [done('mark-1')], lives };
  },
  'a program that leads a pane on a server that has an agent’s mark': async () => {
    const lives = [await world.run('batch', 'simulation', marked), await world.shell('sh', marked)];
    return { entries: [], lives };
  },
  'an editor that has an agent’s mark': async () => {
    const lives = [await withMark('mark-2', 'draft', 'vim')];
    return { entries: [done('mark-2')], lives, stays: 'draft' };
  },
  'a reader of a finished agent’s log': async () => {
    const log = world.logOf('read-1');
    writeFileSync(log, '{}\n');
    world.server.session('reading', 'tail', '-n', '0', '-F', log);
    const pid = Number(tmux('display-message', '-p', '-t', '=reading:', '#{pane_pid}'));
    return { entries: [done('read-1')], lives: [pid], stays: 'reading' };
  },
};

const ended: Readonly<Record<string, () => Promise<Part>>> = {
  'a finished agent in a pane with its option, moved to a user’s session': async () => {
    const dies = [await world.run('agent_option-4', 'claude')];
    const lives = [await world.shell('work')];
    setOption('option-4');
    tmux('join-pane', '-d', '-s', '=agent_option-4:', '-t', '=work:');
    return { entries: [done('option-4')], dies, lives, stays: 'work' };
  },
  'a finished agent in a pane with its option, swapped with an editor': async () => {
    const dies = [await world.run('agent_option-5', 'claude')];
    const lives = [await world.run('letters', 'vim')];
    setOption('option-5');
    tmux('swap-pane', '-d', '-s', '=agent_option-5:', '-t', '=letters:');
    return { entries: [done('option-5')], dies, lives, stays: 'agent_option-5' };
  },
  'a finished agent with its mark, in a session of another name': async () => ({
    entries: [done('mark-3')],
    dies: [await withMark('mark-3', 'debugging', 'claude')],
    goes: 'debugging',
  }),
  'a finished agent that writes its log, in a session of another name': async () => ({
    entries: [done('write-1')],
    dies: [await world.runLogged('logging', 'claude', world.logOf('write-1'))],
    goes: 'logging',
  }),
  'a helper that writes the log of an agent whose session is gone': async () => {
    const [helper, agent] = [world.program('helper'), world.program('claude')];
    const start = `(trap '' HUP; exec ${helper.words} >> '${world.logOf('write-2')}') &`;
    world.server.session('agent_write-2', 'bash', '-c', `${start} exec ${agent.words}`);
    const [pid, first] = [await helper.pid(), await agent.pid()];
    tmux('kill-session', '-t', '=agent_write-2');
    await eventually('its agent is gone', () => !isAlive(first) && statOf(pid)?.ppid !== first);
    return { entries: [done('write-2')], dies: [pid] };
  },
};

const parts = new Map<string, Part>();

beforeAll(async () => {
  world = createEvidenceWorld();
  marked = world.another({ VIGIL_AGENT: `mark-1:${uuid}` });
  for (const [title, prepare] of Object.entries({ ...leftAlone, ...ended }))
    parts.set(title, await prepare());
  world.record({ [world.task]: [...parts.values()].flatMap(({ entries }) => entries) });
  run = await world.vigil('sweep', '--yes', '--json');
});
afterAll(() => world.close());

const check = (title: string) => expect(afterwards(world, parts.get(title))).toEqual(asWanted);

describe('a sweep skips', () => {
  for (const title of Object.keys(leftAlone)) it(title, () => check(title));
});

describe('a sweep ends', () => {
  for (const title of Object.keys(ended)) it(title, () => check(title));
});

it('a sweep by marks finishes its plan', () => {
  expect([run.code, run.stderr, JSON.parse(run.stdout).ok]).toEqual([0, '', true]);
});

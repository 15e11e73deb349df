/** Between the polls, the question and the first signal things change: targets that no longer match the plan
 * are skipped and reported, and the rest of the plan is carried out. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allDead, isAlive } from '../helpers/agents.ts';
import { type Cleanups, startCleanups } from '../helpers/cleanups.ts';
import { eventually } from '../helpers/eventually.ts';
import { type OwnTerminal, openTerminal } from '../helpers/terminal.ts';
import { cliPath, vigilEnv } from '../helpers/vigil.ts';
import { createWorkspace, type Workspace } from '../helpers/workspace.ts';

let farm: Cleanups;
const terminals: OwnTerminal[] = [];
beforeEach(() => {
  farm = startCleanups();
});
afterEach(() => {
  for (const terminal of terminals.splice(0)) terminal.close();
  farm.close();
});

function onTerminal(command: readonly string[], columns = 200): OwnTerminal {
  const env = vigilEnv({ ...farm.env, TERM: 'xterm' });
  const terminal = openTerminal(command, env, { columns, rows: 60 });
  terminals.push(terminal);
  return terminal;
}

/** A user's terminal shows this session. */
async function attach(session: string): Promise<void> {
  onTerminal(['tmux', '-u', '-L', farm.server.name, 'attach-session', '-t', `=${session}`], 100);
  const attached = `${session} 1`;
  await eventually(`${session} is shown`, () =>
    farm.server
      .tmux('list-sessions', '-F', '#{session_name} #{session_attached}')
      .split('\n')
      .includes(attached),
  );
}

/** Ways to view an agent's window: in its session, in a session of the same group, or linked into another
 * session. */
const ways = {
  async directly(session: string) {
    await attach(session);
  },
  async grouped(session: string) {
    farm.server.tmux('new-session', '-d', '-s', `view-of-${session}`, '-t', `=${session}`);
    await attach(`view-of-${session}`);
  },
  async linked(session: string) {
    const own = `own-${session}`;
    farm.server.session(own);
    farm.server.tmux('link-window', '-s', `=${session}:0`, '-t', `=${own}:7`);
    farm.server.tmux('select-window', '-t', `=${own}:7`);
    await attach(own);
  },
};

/** Holds the log of its id open for writing: this ties a session without a record to this workspace. */
const writing = (id: string) =>
  `exec 3>>'${join(farm.taskDirectory, 'logs', `${id}_stream.jsonl`)}'`;

/** Starts a command that asks, and waits for its question. */
async function question(verb: string, ...words: string[]): Promise<OwnTerminal> {
  const terminal = onTerminal([process.execPath, cliPath, verb, ...farm.options, ...words]);
  await terminal.prints('[y/N]');
  return terminal;
}

const verbs = [['sweep'], ['kill', '@undead', '@husks', '@orphans']] as const;

/** The report's lines about a target: from its name to the next target. */
function saidOf(report: string, name: string): string {
  const lines = report.split(/\r?\n/);
  const at = lines.findIndex(line => line.includes(name));
  const next = lines.slice(at + 1).findIndex(line => /^\S/.test(line));
  return at < 0 ? '' : lines.slice(at, next < 0 ? undefined : at + 1 + next).join('\n');
}

describe('while the question is open', () => {
  for (const [verb, ...words] of verbs)
    it(`${verb}: a row that becomes attached is skipped, however it is attached`, async () => {
      const undead = new Map(
        await Promise.all(
          Object.keys(ways).map(
            async way => [way, await farm.start(`undead-${way}`, 'cooperative')] as const,
          ),
        ),
      );
      const control = await farm.start('undead-control', 'with a setsid child');
      for (const husk of ['directly', 'grouped', 'linked', 'control']) farm.husk(`husk-${husk}`);
      farm.recordAs({
        ...Object.fromEntries([...undead.keys()].map(way => [`undead-${way}`, 'completed'])),
        ...Object.fromEntries([...undead.keys()].map(way => [`husk-${way}`, 'working'])),
        'undead-control': 'completed',
        'husk-control': 'working',
      });
      const terminal = await question(verb, ...words);
      for (const [way, begin] of Object.entries(ways))
        for (const sort of ['undead', 'husk']) await begin(`agent_${sort}-${way}`);
      const plan = terminal.output().length;
      terminal.type('y\r');
      const { code } = await terminal.left;
      const report = stripVTControlCharacters(terminal.output().slice(plan));
      expect(code, report).toBe(verb === 'sweep' ? 0 : 4);
      await allDead(control.pids);
      expect([...undead.values()].flatMap(each => each.pids).filter(pid => !isAlive(pid))).toEqual(
        [],
      );
      for (const way of Object.keys(ways))
        for (const sort of ['undead', 'husk']) {
          expect(farm.sessions()).toContain(`agent_${sort}-${way}`);
          expect(saidOf(report, `${sort}-${way}`)).toMatch(/attached/);
          expect(farm.status(`${sort}-${way}`)).toBe(sort === 'husk' ? 'working' : 'completed');
        }
      expect(farm.sessions()).not.toContain('agent_undead-control');
      expect(farm.sessions()).not.toContain('agent_husk-control');
    });

  for (const [verb, ...words] of verbs)
    it(`${verb}: a row that is recorded, here or elsewhere, or works again, is skipped`, async () => {
      const elsewhere = join(farm.standIns.directory, 'elsewhere');
      mkdirSync(join(farm.taskDirectory, 'logs'), { recursive: true });
      const other: Workspace = createWorkspace(elsewhere);
      const late = await farm.program('agent_late-1', writing('late-1'));
      const theirs = await farm.program(
        'agent_theirs-1',
        `cd '${elsewhere}'; ${writing('theirs-1')}`,
      );
      const stray = await farm.program('agent_stray-1', writing('stray-1'));
      const back = await farm.start('back-1', 'with a setsid child');
      const control = await farm.start('undead-1', 'stubborn');
      farm.husk('husk-1');
      const before = { 'back-1': 'completed', 'undead-1': 'completed', 'husk-1': 'working' };
      farm.recordAs(before);
      const terminal = await question(verb, ...words);
      for (const id of ['late-1', 'theirs-1', 'stray-1', 'back-1', 'undead-1', 'husk-1'])
        expect(terminal.output()).toContain(id);
      farm.recordAs({ ...before, 'back-1': 'working', 'late-1': 'working' });
      other.writeTask('TASK-2', [{ id: 'theirs-1', status: 'working' }]);
      // The husk's program is started in it: a shell alone is a husk, a shell with an agent is at work.
      const { env, ready } = farm.standIns.environment();
      const typed = `HABIT=cooperative READY_FILE='${env.READY_FILE}' '${join(farm.standIns.directory, 'bin', 'claude')}'`;
      farm.server.tmux('send-keys', '-t', '=agent_husk-1:', '-l', typed);
      farm.server.tmux('send-keys', '-t', '=agent_husk-1:', 'Enter');
      const started = await ready();
      farm.standIns.adopt(started);
      const plan = terminal.output().length;
      terminal.type('y\r');
      const { code } = await terminal.left;
      const report = stripVTControlCharacters(terminal.output().slice(plan));
      expect(code, report).toBe(verb === 'sweep' ? 0 : 4);
      await allDead([stray, ...control.pids]);
      expect([late, theirs, started, ...back.pids].filter(pid => !isAlive(pid))).toEqual([]);
      expect(saidOf(report, 'late-1')).toMatch(/it was orphan in the plan, but is live/);
      expect(saidOf(report, 'theirs-1')).toContain(`recorded in ${other.path}`);
      expect(saidOf(report, 'back-1')).toMatch(/it was undead in the plan, but is live/);
      expect(saidOf(report, 'husk-1')).toMatch(/it was husk in the plan, but is live/);
      expect(farm.sessions()).toEqual([
        'agent_back-1',
        'agent_husk-1',
        'agent_late-1',
        'agent_theirs-1',
        'people',
      ]);
      expect(['back-1', 'late-1', 'husk-1'].map(farm.status)).toEqual([
        'working',
        'working',
        'working',
      ]);
    });

  it('a named agent is ended all the same, also if another one has become attached', async () => {
    const named = await farm.start('named-1', 'cooperative');
    const watched = await farm.start('watched-1', 'cooperative');
    farm.recordAs({ 'named-1': 'completed', 'watched-1': 'completed' });
    const terminal = await question('kill', 'named-1', '@undead');
    await ways.directly('agent_watched-1');
    farm.recordAs({ 'named-1': 'working', 'watched-1': 'completed' });
    terminal.type('y\r');
    await terminal.left;
    await allDead(named.pids);
    expect(watched.pids.every(isAlive)).toBe(true);
  });
});

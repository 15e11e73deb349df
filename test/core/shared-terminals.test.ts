/** Programs that an agent has opened for a user, and what the user starts in their terminals: it has the agent's marks,
 * and those of the terminal. */
import { describe, expect, it } from 'vitest';
import type { Origin, Process } from '../../source/core/model/model.ts';
import { otherTerminal } from '../../source/core/programs/terminal-marks.ts';
import {
  agentParts,
  entry,
  firstEnded,
  inventory,
  judge,
  long,
  planned,
  process,
  registry,
  serverPid,
} from '../helpers/inventory.ts';
import { inPane, marked } from '../helpers/observation.ts';

const inTerminal = { terminalMarks: new Map([['TERM_PROGRAM', 'vscode']]) };
const inTmux = { terminalMarks: new Map([['TERM_PROGRAM', 'tmux']]) };
const init = process(1, 0, '/sbin/init');
const server = process(7000, 1, 'python3 serve.py');

it('a terminal is another one if it has a mark that the agent’s lacks or has otherwise', () => {
  const { terminalMarks } = inTerminal;
  expect(otherTerminal(inTerminal, {})).toBe('TERM_PROGRAM');
  expect(otherTerminal(inTerminal, inTmux)).toBe('TERM_PROGRAM');
  expect(otherTerminal(inTerminal, { terminalMarks })).toBeUndefined();
  expect(otherTerminal({}, inTerminal)).toBeUndefined();
  expect(otherTerminal(inTerminal, { isUnread: true })).toBeUndefined();
});

describe('a detached server with the mark of an agent that is gone', () => {
  const marks = marked({ CLAUDECODE: '1', CLAUDE_PID: '5001' });

  /** Class and confidence of the row of a server that its parent has lost; undefined if it has none. */
  function verdictOn(beside: Process, origin: Origin, its: Origin): string | undefined {
    const given = inventory({
      processes: [init, beside, server],
      registries: [registry('task', [entry('a-1', 'completed')])],
      origins: { 1: {}, [beside.pid]: origin, [server.pid]: its },
    });
    const row = judge(given, judge(given).memory).snapshot.rows.find(each =>
      each.processes.some(({ pid }) => pid === server.pid),
    );
    return row && `${row.class} ${row.confidence}`;
  }

  it.each(['code', 'SCREEN -dmS work', 'emacs --daemon', 'pm2', 'kitty'])(
    'and of a terminal is only suspected while %s has the same mark',
    command => {
      const executable = command.split(' ')[0]?.toLowerCase() ?? '';
      const program = process(6000, 1, command);
      const verdict = (its: Origin) => verdictOn(program, { ...marks, executable }, its);
      expect(verdict({ ...marks, ...inTerminal })).toBe('orphan suspected');
      expect(verdict(marks)).toBe('orphan proven');
    },
  );

  it('is only suspected where the mark is that of a deploy', () => {
    const its = { agentMark: 'a-1:0c8d', ...inTerminal };
    const program = process(6000, 1, 'code');
    const origin = { agentMark: 'a-1:0c8d', executable: 'code' };
    expect(verdictOn(program, origin, its)).toBe('orphan suspected');
    expect(verdictOn(program, { executable: 'code' }, its)).toBe('orphan proven');
    expect(verdictOn(program, origin, { ...its, terminalMarks: undefined })).toBe('orphan proven');
  });

  const code = { ...marks, executable: 'code' };
  const another = { ...marked({ CLAUDE_PID: '5002' }), executable: 'code' };
  it.each([
    ['an IDE without it', process(6000, 1, 'code'), { executable: 'code' }],
    ['an IDE that another agent has opened', process(6000, 1, 'code'), another],
    ['an IDE in the same terminal', process(6000, 1, 'code'), { ...code, ...inTerminal }],
    ['a younger IDE', process(6000, 1, 'code', { startedAt: long + 1000 }), code],
    ['a database', process(6000, 1, 'postgres'), { ...marks, executable: 'postgres' }],
  ])('is proven beside %s', (_, program, origin) => {
    expect(verdictOn(program, origin, { ...marks, ...inTerminal })).toBe('orphan proven');
  });
});

describe('a detached server with the mark of an agent that is alive', () => {
  const pane = process(5000, serverPid, 'claude', { tty: 5 });
  const named: readonly (readonly [string, Origin])[] = [
    ['pane', inPane('%5000')],
    ['pid', marked({ CLAUDE_PID: '5000' })],
    ['deploy', { agentMark: 'a-1:0c8d' }],
  ];

  /** Pids that end with the agent, and those that are found while it ends. */
  function endedWith(its: Origin, agents: Origin) {
    const parts = agentParts('a-1', [pane, { ...init }, server]);
    const given = inventory({ ...parts, origins: { 1: {}, 5000: agents, 7000: its } });
    const isWanted = ({ agentId }: { agentId?: string }) => agentId === 'a-1';
    const { plan } = planned(given, { isWanted });
    return firstEnded(plan).members.map(({ pid }) => pid);
  }

  it.each(named)('(its %s) ends with it, unless a terminal has set its mark since', (_, mark) => {
    const agents = { ...inTmux, ...(mark.agentMark === undefined ? {} : mark) };
    expect(endedWith({ ...mark, ...inTmux }, agents)).toEqual([5000, 7000]);
    expect(endedWith({ ...mark, ...inTerminal }, agents)).toEqual([5000]);
    expect(endedWith({ ...mark, ...inTerminal }, { ...agents, ...inTerminal })).toEqual([
      5000, 7000,
    ]);
  });
});

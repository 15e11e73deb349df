/** What counts as an agent that was started anew. */
import { describe, expect, it } from 'vitest';
import type { Process } from '../../source/core/model/model.ts';
import { memberOf } from '../../source/core/termination/kill-set.ts';
import { restartedAs } from '../../source/core/termination/restarts.ts';
import { restartsIn, wantedOf } from '../../source/core/termination/supervisors.ts';
import { because } from '../fixtures/evidence.ts';
import { inventory, judge, now, pane, process } from '../helpers/inventory.ts';

const keeper = process(300, 1, 'bash keeper.sh');
const server = process(400, 1, 'tmux', { name: 'tmux: server' });
const was = process(500, 300, 'claude -p x');
/** What was there when the termination began. */
const before = new Set([300, 500, 501].map(pid => `${pid}@${pid}0`));
const ended = (...processes: Process[]) =>
  processes.map(each => memberOf(each, because('pane process')));
const again = (more: Partial<Process> = {}) =>
  process(600, 300, 'claude -p x', { startedAt: now, ...more });
const pidsOf = (processes: readonly Process[]) => processes.map(({ pid }) => pid);

describe('an agent that was started anew', () => {
  it('has the same parent and the same command line', () => {
    expect(pidsOf(restartedAs(ended(was), [keeper, again()], before, undefined))).toEqual([600]);
  });

  const others: readonly (readonly [string, readonly Process[]])[] = [
    ['another command of the same parent', [keeper, again({ argv: ['vim', 'notes'] })]],
    ['the same command of another parent', [keeper, again({ ppid: 301 })]],
    ['one that was there before', [keeper, process(501, 300, 'claude -p x')]],
    ['a zombie', [keeper, again({ state: 'Z' })]],
    ['the ended process itself', [keeper, was]],
  ];
  for (const [title, table] of others)
    it(`is not ${title}`, () =>
      expect(restartedAs(ended(was), table, before, undefined)).toEqual([]));

  it('is none that tmux or init has started with the same command', () => {
    const inPane = { ...was, ppid: 400 };
    expect(restartedAs(ended(inPane), [server, again({ ppid: 400 })], before, undefined)).toEqual(
      [],
    );
    expect(
      restartedAs(ended({ ...was, ppid: 1 }), [again({ ppid: 1 })], before, undefined),
    ).toEqual([]);
  });

  it('is the first process of a new session with its name', () => {
    const shell = process(700, 400, 'bash', { startedAt: now });
    expect(
      pidsOf(restartedAs(ended(was), [server, shell], before, pane('agent_a-1', 700))),
    ).toEqual([700]);
  });

  it('is no child that an ended member started like another', () => {
    const child = process(501, 500, 'node server.js');
    const twin = process(601, 500, 'node server.js', { startedAt: now });
    expect(restartedAs(ended(was, child), [twin], before, undefined)).toEqual([]);
  });
});

describe('the supervisor of a restarted agent', () => {
  const started = again();
  const of = (...table: Process[]) =>
    restartsIn([table[0] as Process], table).map(({ by }) => by.pid);

  it('is its parent, unless that is init or tmux', () => {
    expect(of(started, keeper)).toEqual([300]);
    expect(of(started)).toEqual([]);
    expect(of({ ...started, ppid: 400 }, server)).toEqual([]);
    expect(of({ ...started, ppid: 1 }, process(1, 0, 'init'))).toEqual([]);
  });

  it('becomes a row, and is ended with what it has started', () => {
    const given = inventory({ processes: [keeper, started] });
    const { snapshot } = judge(given);
    const restarts = [{ process: started, by: keeper }];
    const wanted = wantedOf(restarts, snapshot, given);
    expect(wanted.map(({ row, isNamed }) => [row.key, row.class, isNamed])).toEqual([
      ['process:300@3000', 'unknown', true],
      ['process:600@6000', 'interactive', true],
    ]);
    const reused = { ...keeper, start: 'another' };
    expect(wantedOf([{ process: started, by: reused }], snapshot, given)).toEqual([]);
  });
});

/** A termination has one row, under one key, from its confirmation to its outcome. */
import { expect, it } from 'vitest';
import type { Row } from '../../source/core/model/model.ts';
import { labelOf } from '../../source/core/rows/describe.ts';
import type { Escalation } from '../../source/core/termination/progress.ts';
import { withoutWaiting, withWaiting } from '../../source/screen/state/endings.ts';
import { withKeptRows } from '../../source/screen/state/shown-rows.ts';
import { initialState, type State, visibleRows } from '../../source/screen/state/state.ts';
import { defaultView } from '../fixtures/nothing.ts';
import { agentRow, row, rowProcess, snapshotOf, takenAt } from '../fixtures/snapshot.ts';
import { applied, ended, staged } from '../fixtures/states.ts';

const agent = rowProcess(4121, ['claude', '--print']);
const session = row({
  class: 'orphan',
  key: 'session:default/agent_stray-1',
  session: { socket: 'default', name: 'agent_stray-1', attached: 0 },
  processes: [rowProcess(4120, ['bash']), agent],
});
/** Remaining processes after its session is gone. */
const leftOver = row({ class: 'orphan', key: 'process:4121@41210', processes: [agent] });
const stranger = row({
  class: 'orphan',
  key: 'process:5000@50000',
  processes: [rowProcess(5000, ['node'])],
});
const killed: Escalation = { stage: 'killed', shownUntil: takenAt + 14_000 };
const looked = (state: State, seconds: number, rows: readonly Row[]) =>
  applied(state, {
    kind: 'polled',
    snapshot: snapshotOf(rows, { takenAt: takenAt + seconds * 1000 }),
  });
const shown = (state: State) =>
  visibleRows(state)
    .toSorted((a, b) => b.row.key.localeCompare(a.row.key))
    .map(({ row: { key, mark, escalation, processes } }) => ({
      key,
      mark,
      stage: escalation?.stage,
      pids: processes.map(({ pid }) => pid),
    }));
const begun = applied(
  looked(initialState(defaultView, 2000, false), 0, [session, stranger]),
  staged(session.key, { stage: 'terminating', attempt: 1, of: 3, deadline: 500 }, takenAt),
);

it('leftovers after the session has gone are still that row, which is not gone', () => {
  expect(shown(looked(begun, 2, [leftOver, stranger]))).toEqual([
    { key: session.key, mark: undefined, stage: 'terminating', pids: [4121] },
    { key: stranger.key, mark: undefined, stage: undefined, pids: [5000] },
  ]);
});

it('its outcome is shown in it when no process remains', () => {
  const killing = staged(session.key, { stage: 'killing', round: 1, deadline: 500 }, takenAt);
  const dead = looked(applied(looked(begun, 2, [leftOver]), killing), 4, []);
  expect(shown(applied(dead, ended(session.key, 'killed', takenAt + 4000)))).toEqual([
    { key: session.key, mark: undefined, stage: 'killed', pids: [] },
  ]);
});

it('is removed after its outcome was shown', () => {
  const over = applied(looked(begun, 2, []), ended(session.key, 'killed', takenAt + 4000));
  expect(shown(looked(over, 20, []))).toEqual([]);
});

it('another owner’s row is not hidden', () => {
  const mixed = row({
    class: 'orphan',
    key: 'process:4121@41210',
    processes: [agent, rowProcess(6000, ['node'])],
  });
  expect(shown(looked(begun, 2, [mixed])).map(({ key }) => key)).toContain(mixed.key);
});

it('a confirmation shows at once, and a termination that never started does not stay waiting', () => {
  const waiting = withWaiting(new Map([['a', { stage: 'killing' }]]), ['b', 'c']);
  expect([...waiting].map(([key, { stage: name }]) => `${key} ${name}`)).toEqual([
    'a killing',
    'b waiting',
    'c waiting',
  ]);
  const after = new Map([...waiting, ['b', killed] as const]);
  expect([...withoutWaiting(after, ['b', 'c']).keys()]).toEqual(['a', 'b']);
});

it('a row that no source reports any more keeps its label', () => {
  const escalation = { stage: 'terminating', attempt: 1, of: 3, deadline: 0 } as const;
  const endings = new Map([[leftOver.key, escalation]]);
  const [kept] = withKeptRows([], [leftOver], endings);
  const [again] = withKeptRows([], kept === undefined ? [] : [kept], endings);
  expect([kept, again].map(each => each && labelOf(each))).toEqual([
    labelOf(leftOver),
    labelOf(leftOver),
  ]);
  expect(labelOf(leftOver)).not.toBe(leftOver.key);
});

it('keeps its place until its outcome was shown, in every order', () => {
  const using = (key: string, rssBytes: number, more: Partial<Row> = {}) =>
    row({ class: 'live', key, processes: [agent], rssBytes, ...more });
  const rows = [using('agent:a', 3), using('agent:b', 2), using('agent:c', 1)];
  const dead = using('agent:a', 0, { class: 'ended', processes: [] });
  for (const sort of ['class', 'mem'] as const) {
    const order = (state: State) => visibleRows(state).map(each => each.row.key);
    const state = looked(initialState({ ...defaultView, sort }, 2000, false), 0, rows);
    const over = looked(applied(state, ended('agent:a', 'killed', takenAt + 1000)), 2, [
      dead,
      ...rows.slice(1),
    ]);
    expect([sort, order(over)]).toEqual([sort, order(state)]);
    expect([sort, order(looked(over, 20, [dead, ...rows.slice(1)]))]).toEqual([
      sort,
      ['agent:b', 'agent:c'],
    ]);
  }
});

it('an entry that its termination is about to close is no dead entry', () => {
  const alive = agentRow('gone-1', 'working', { class: 'live', processes: [agent] });
  const other = agentRow('gone-2', 'working', { class: 'ghost' });
  const first = looked(initialState(defaultView, 2000, false), 0, [alive, other]);
  const ending = applied(first, ended(alive.key, 'exited', takenAt + 500));
  const snapshot = snapshotOf([agentRow('gone-1', 'working', { class: 'ghost' }), other], {
    takenAt: takenAt + 1000,
  });
  const poll = { kind: 'polled', snapshot, deadEntries: 2 } as const;
  expect([applied(ending, poll).deadEntries, applied(first, poll).deadEntries]).toEqual([1, 2]);
});

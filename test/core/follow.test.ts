/** Following a row with F. */
import { describe, expect, it } from 'vitest';
import type { Row } from '../../source/core/model/model.ts';
import type { Action } from '../../source/screen/state/actions.ts';
import { initialState, rowUnderCursor, type State } from '../../source/screen/state/state.ts';
import { defaultView } from '../fixtures/nothing.ts';
import { agentRow, snapshotOf, takenAt } from '../fixtures/snapshot.ts';
import { acted, applied } from '../fixtures/states.ts';

const agents = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    agentRow(`agent-${String(index).padStart(2, '0')}`, 'working', { class: 'ghost' }),
  );
const rows = agents(40);
const looked = (state: State, list: readonly Row[], more = {}) =>
  applied(state, { kind: 'polled', snapshot: snapshotOf(list, more) });
const down: Action = { kind: 'move', by: 3 };

function following(): State {
  const fresh = looked(initialState(defaultView, 2000, false), rows);
  const small = applied(fresh, { kind: 'measured', windowRows: 5, overlayRows: 0 });
  return acted(small, down, { kind: 'follow' });
}

it('F marks the row under the cursor, reports its name, and stops following on the second press', () => {
  const state = following();
  expect(state.followed).toEqual({ key: 'agent:agent-03', name: 'agent-03' });
  expect(state.notice?.text).toBe('following agent-03');
  const free = acted(state, { kind: 'follow' });
  expect(free.followed).toBeUndefined();
  expect(free.notice?.text).toBe('no longer following agent-03');
});

it('the window keeps it visible however rows are ordered', () => {
  let state = acted(following(), { kind: 'invert' }, { kind: 'tree' });
  state = looked(state, [...agents(60)].reverse());
  expect(rowUnderCursor(state)?.row.key).toBe('agent:agent-03');
  expect(state.cursor.index).toBeGreaterThanOrEqual(state.top);
  expect(state.cursor.index).toBeLessThan(state.top + 5);
  expect(state.followed).toBeDefined();
});

it('moving the cursor stops following without a notice', () => {
  const moves: readonly Action[] = [
    down,
    { kind: 'page', by: 1 },
    { kind: 'jump', to: 'last' },
    { kind: 'put cursor', key: 'agent:agent-09' },
    { kind: 'tag' },
    { kind: 'type', text: '7' },
  ];
  for (const action of moves) {
    const state = acted(following(), action);
    expect([action.kind, state.followed, state.notice]).toEqual([
      action.kind,
      undefined,
      undefined,
    ]);
  }
});

describe('when the row goes, a notice names it:', () => {
  const without = rows.filter(row => row.agentId !== 'agent-03');

  it('it is gone', () => {
    const state = looked(following(), without);
    expect(state.notice?.text).toBe('agent-03 is gone: no longer following it');
    expect(state.followed).toBeUndefined();
    expect(rowUnderCursor(state)).toBeDefined();
  });

  it('it has ended', () => {
    const ended = agentRow('agent-03', 'completed', { class: 'ended' });
    const state = looked(following(), [...without, ended]);
    expect(state.notice?.text).toBe('agent-03 has ended: no longer following it');
  });

  it('it is on another tab', () => {
    const state = acted(following(), { kind: 'tab', tab: 'Orphans' });
    expect(state.notice?.text).toBe('agent-03 is not shown here: no longer following it');
  });

  it('an unreadable source is no absence', () => {
    const problems = [{ source: 'processes', message: 'no /proc', unread: true }];
    const state = looked(following(), without, { problems });
    expect(state.notice?.text).toBe('agent-03 could not be seen: no longer following it');
  });
});

it('its notice is shown until it fades, and one that has come since is not faded with it', () => {
  const state = following();
  expect(looked(state, rows, { takenAt: takenAt + 60_000 }).notice).toBe(state.notice);
  const { notice = { text: '', mood: 'plain' } } = state;
  expect(applied(state, { kind: 'faded', notice }).notice).toBeUndefined();
  const other = applied(state, { kind: 'noticed', notice: 'another', at: takenAt });
  expect(applied(other, { kind: 'faded', notice }).notice?.text).toBe('another');
});

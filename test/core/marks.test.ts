/** New and gone rows are marked for one interval. */
import { expect, it } from 'vitest';
import type { Row, Snapshot } from '../../source/core/model/model.ts';
import {
  chosenRows,
  initialState,
  type State,
  visibleRows,
} from '../../source/screen/state/state.ts';
import { defaultView } from '../fixtures/nothing.ts';
import { agentRow, snapshotOf, takenAt } from '../fixtures/snapshot.ts';
import { applied } from '../fixtures/states.ts';

const intervalMs = 2000;
const alpha = agentRow('alpha-1', 'working', { class: 'live' });
const beta = agentRow('beta-1', 'working', { class: 'live' });

function seen(
  ...looks: (readonly [seconds: number, rows: readonly Row[], more?: object])[]
): State {
  let state = applied(initialState(defaultView, intervalMs, false), {
    kind: 'measured',
    windowRows: 20,
    overlayRows: 0,
  });
  for (const [seconds, rows, more] of looks) {
    const snapshot: Snapshot = snapshotOf(rows, { takenAt: takenAt + seconds * 1000, ...more });
    state = applied(state, { kind: 'polled', snapshot });
  }
  return state;
}

const marksOf = (state: State) =>
  visibleRows(state).map(({ row }) => `${row.agentId} ${row.mark ?? 'as before'}`);

it('nothing is new on the first poll', () => {
  expect(marksOf(seen([0, [alpha, beta]]))).toEqual(['alpha-1 as before', 'beta-1 as before']);
});

it('a new row is marked new, and a gone row is shown once more, for one interval', () => {
  const looks = [
    [0, [alpha]],
    [2, [beta]],
  ] as const;
  expect(marksOf(seen(...looks))).toEqual(['alpha-1 gone', 'beta-1 new']);
  expect(marksOf(seen(...looks, [2.5, [beta]]))).toEqual(['alpha-1 gone', 'beta-1 new']);
  expect(marksOf(seen(...looks, [4, [beta]]))).toEqual(['beta-1 as before']);
});

it('an agent whose entry stays when it ends goes too, though its row is only hidden', () => {
  const over = agentRow('alpha-1', 'completed', { class: 'ended' });
  expect(marksOf(seen([0, [alpha]], [2, [over]]))).toEqual(['alpha-1 gone']);
  expect(marksOf(seen([0, [alpha]], [2, [over]], [4, [over]]))).toEqual([]);
});

it('a row that comes back is present, not gone', () => {
  expect(marksOf(seen([0, [alpha]], [2, []], [2.5, [alpha]]))).toEqual(['alpha-1 new']);
});

it('an unreadable source makes no row appear or go', () => {
  const silent = { problems: [{ source: 'tmux', message: 'no answer', unread: true }] };
  expect(marksOf(seen([0, [alpha]], [2, [beta], silent]))).toEqual(['beta-1 as before']);
  expect(marksOf(seen([0, [alpha], silent], [2, [beta]]))).toEqual(['beta-1 as before']);
});

it('verbs do not act on gone rows, tagged or under the cursor', () => {
  let state = seen([0, [alpha, beta]]);
  expect(chosenRows(state).map(row => row.agentId)).toEqual(['alpha-1']);
  const gone = (before: State) =>
    applied(before, {
      kind: 'polled',
      snapshot: snapshotOf([beta], { takenAt: takenAt + 2000 }),
    });
  expect(chosenRows(gone(state))).toEqual([]);
  state = applied(state, { kind: 'requested', action: { kind: 'tag' } });
  expect(chosenRows(gone(state))).toEqual([]);
});

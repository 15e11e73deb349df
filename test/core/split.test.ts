/** The split: what is beside the table, and which rows are inspected for it. */
import { describe, expect, it } from 'vitest';
import { layoutOf } from '../../source/components/layout.ts';
import { bindings } from '../../source/screen/input/keys.ts';
import type { Action } from '../../source/screen/state/actions.ts';
import type { Effect } from '../../source/screen/state/effects.ts';
import type { Event } from '../../source/screen/state/events.ts';
import { restMs } from '../../source/screen/state/inspecting.ts';
import { reduce } from '../../source/screen/state/reduce.ts';
import { shownSplit } from '../../source/screen/state/split.ts';
import { initialState, type State } from '../../source/screen/state/state.ts';
import { createStore } from '../../source/screen/store.ts';
import { cellsOf } from '../../source/text/line.ts';
import { endPlan, endTarget } from '../fixtures/end-plan.ts';
import { defaultView, nothingOf } from '../fixtures/nothing.ts';
import { unexpected } from '../fixtures/screen-world.ts';
import { rows, snapshotOf, takenAt } from '../fixtures/snapshot.ts';
import { acted, applied, fitted } from '../fixtures/states.ts';
import { stateOf } from '../fixtures/views.ts';

const wide = { columns: 140, rows: 40 };
const table = (size = wide) =>
  fitted(
    applied(initialState(defaultView, 2000, false), { kind: 'polled', snapshot: snapshotOf() }),
    size,
  );
const split: Action = { kind: 'split' };
const down: Action = { kind: 'move', by: 1 };
const requested = (action: Action): Event => ({ kind: 'requested', action });
const effectsOf = (state: State, event: Event) => reduce(state, event).effects;
const keyOf = (index: number) => rows[index]?.key ?? '';
const inspect = (index: number, afterMs: number, aspect = 'detail') => [
  { kind: 'inspect', row: { key: keyOf(index) }, aspect, afterMs },
];

it('v shows details, log, pane and nothing, in turn', () => {
  const states = [1, 2, 3, 4].map(count => acted(table(), ...Array(count).fill(split)));
  expect(states.map(shownSplit)).toEqual(['detail', 'log', 'screen', undefined]);
});

it('below 140 columns v says so; a split that no longer fits comes back with the room', () => {
  const narrow = { columns: 139, rows: 40 };
  const text = 'the split needs 140 columns, this terminal has 139';
  expect(effectsOf(table(narrow), requested(split))).toEqual([{ kind: 'notice', text }]);
  expect(acted(table(narrow), split).split).toBeUndefined();
  const shrunk = fitted(acted(table(), split), narrow);
  expect(shownSplit(shrunk)).toBeUndefined();
  expect(shownSplit(fitted(shrunk, wide))).toBe('detail');
});

it('a terminal that becomes wide enough has the row read at once', () => {
  const performed: Effect[] = [];
  let columns = 139;
  const layout = { windowRows: 20, overlayRows: 0 };
  const view = {
    ...{ measure: () => ({ ...layout, columns }), props: unexpected },
    ...{ draw: () => undefined, redraw: () => undefined },
  };
  const store = createStore({ ...table(), split: 'log' }, view, effect => performed.push(effect));
  store.redraw();
  expect(performed).toEqual([]);
  columns = 140;
  store.redraw();
  expect(performed).toMatchObject(inspect(0, restMs, 'log'));
});

it('is hidden by what needs the whole width or is about other rows, and stays beside menus and a typed filter', () => {
  const open = acted(table(), split);
  for (const kind of ['help', 'detail', 'log', 'sweep', 'reconcile', 'shutdown'] as const)
    expect([kind, shownSplit(acted(open, { kind }))]).toEqual([kind, undefined]);
  for (const kind of ['filter', 'choose sort', 'choose columns', 'palette'] as const)
    expect([kind, shownSplit(acted(open, { kind }))]).toEqual([kind, 'detail']);
});

it('stays beside a plan for the row under the cursor', () => {
  const open = acted(table(), split);
  const planned = (key: string) => {
    const plan = { ...endPlan, targets: [{ ...endTarget, key }] };
    return applied(open, { kind: 'opened', dialog: { kind: 'end', plan, force: false } });
  };
  expect(shownSplit(planned(keyOf(0)))).toBe('detail');
  expect(shownSplit(planned(keyOf(1)))).toBeUndefined();
});

it('a plan and a menu are as wide as the table beside it', () => {
  for (const view of ['split, a plan', 'split, a menu']) {
    const { listWidth, side, overlay } = layoutOf(stateOf(view, wide), wide, 'unicode', bindings);
    expect(side?.width).toBe(wide.columns - listWidth);
    expect(overlay?.filter(line => cellsOf(line) > listWidth)).toEqual([]);
  }
});

describe('the row beside the table is inspected', () => {
  it('when the split opens and after each poll, and no other row is', () => {
    expect(effectsOf(table(), requested(split))).toMatchObject(inspect(0, restMs));
    const open = acted(table(), split);
    const snapshot = snapshotOf(rows, { takenAt: takenAt + 2000 });
    expect(effectsOf(open, { kind: 'polled', snapshot })).toMatchObject(inspect(0, 0));
    expect(effectsOf(table(), { kind: 'polled', snapshot })).toEqual([]);
  });

  it('once the cursor rests: each move replaces the inspection that waits', () => {
    const open = acted(table(), split);
    expect(effectsOf(open, requested(down))).toMatchObject(inspect(1, restMs));
    expect(effectsOf(acted(open, down), requested(down))).toMatchObject(inspect(2, restMs));
    expect(effectsOf(open, requested({ kind: 'move', by: -1 }))).toEqual([]);
  });

  it('later if another row was inspected meanwhile, and not again if it was this one', () => {
    const moved = acted(table(), split, down);
    const other: Event = { kind: 'inspected', inspection: nothingOf(keyOf(0)) };
    expect(effectsOf(moved, other)).toMatchObject(inspect(1, restMs));
    const log: Event = { kind: 'inspected', inspection: nothingOf(keyOf(1), 'log') };
    expect(effectsOf(moved, log)).toMatchObject(inspect(1, restMs));
    const own: Event = { kind: 'inspected', inspection: nothingOf(keyOf(1)) };
    // The inspector drops a second one of the same poll.
    expect(effectsOf(moved, own)).toMatchObject(inspect(1, 0));
  });
});

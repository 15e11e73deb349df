/** Events and actions applied to the screen's state. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { selectRows, sortColumns } from '../../source/core/rows/describe.ts';
import { actionOf } from '../../source/screen/input/key-actions.ts';
import { bindings } from '../../source/screen/input/keys.ts';
import type { Action } from '../../source/screen/state/actions.ts';
import type { Event } from '../../source/screen/state/events.ts';
import {
  initialState,
  rowUnderCursor,
  type State,
  visibleItems,
} from '../../source/screen/state/state.ts';
import type { Tab } from '../../source/screen/state/tabs.ts';
import { defaultView } from '../fixtures/nothing.ts';
import { agentRow, rowProcess, rows, snapshotOf } from '../fixtures/snapshot.ts';
import { acted, applied } from '../fixtures/states.ts';
import { rounds } from '../helpers/campaign.ts';

const fresh = () =>
  applied(initialState(defaultView, 2000, false), { kind: 'polled', snapshot: snapshotOf() });
const under = (state: State) => rowUnderCursor(state)?.row.key;

describe('the cursor', () => {
  it('stays on its row when rows come, go and re-sort', () => {
    const state = acted(fresh(), { kind: 'move', by: 2 });
    const key = under(state);
    const more = [agentRow('aaa-1', 'working', { class: 'live' }), ...rows].reverse();
    expect(under(applied(state, { kind: 'polled', snapshot: snapshotOf(more) }))).toBe(key);
    expect(under(acted(state, { kind: 'sort', column: 'agent' }, { kind: 'invert' }))).toBe(key);
  });

  it('a chosen column is sorted in its own order, also after another was reversed', () => {
    const reversed = acted(fresh(), { kind: 'sort', column: 'agent' }, { kind: 'invert' });
    expect(reversed.view.reverse).toBe(true);
    expect(acted(reversed, { kind: 'sort', column: 'cpu' }).view).toMatchObject({
      sort: 'cpu',
      reverse: false,
    });
  });

  it('on the first row stays first in another order, unless its row is followed', () => {
    const byName: Action[] = [{ kind: 'sort', column: 'agent' }, { kind: 'invert' }];
    const sorted = acted(fresh(), ...byName);
    expect([sorted.cursor.index, under(sorted)]).not.toEqual([0, under(fresh())]);
    expect(sorted.cursor.index).toBe(0);
    expect(under(acted(fresh(), { kind: 'follow' }, ...byName))).toBe(under(fresh()));
  });

  it('is on its row on another tab, or else on the first there', () => {
    const ghosts = ['aaa', 'bbb', 'ccc'].map(id => agentRow(id, 'working', { class: 'ghost' }));
    const polled: Event = { kind: 'polled', snapshot: snapshotOf([...rows, ...ghosts]) };
    const state = applied(fresh(), polled);
    const on = (key: string) =>
      under(acted(state, { kind: 'put cursor', key }, { kind: 'tab', tab: 'Ghosts' }));
    const notThere = visibleItems(state).flatMap(item =>
      'row' in item && item.row.class !== 'ghost' ? [item.row.key] : [],
    );
    expect(on('agent:ccc')).toBe('agent:ccc');
    expect(new Set(notThere.map(on)).size).toBe(1);
    const back = acted(state, { kind: 'tab', tab: 'Ghosts' }, { kind: 'tab', tab: 'All' });
    expect(back.cursor.index).toBe(0);
  });

  it('is on its row again on the tab that has it, unless it was moved on the other', () => {
    const ghosts = ['aaa', 'bbb'].map(id => agentRow(id, 'working', { class: 'ghost' }));
    const snapshot = snapshotOf([...rows, ...ghosts]);
    const state = applied(fresh(), { kind: 'polled', snapshot });
    const begun = acted(state, { kind: 'move', by: 1 });
    const key = under(begun);
    const tab = (name: Tab): Action => ({ kind: 'tab', tab: name });
    const away = acted(begun, tab('Ghosts'), tab('Hosts'));
    expect(under(away)).not.toBe(key);
    expect(under(acted(applied(away, { kind: 'polled', snapshot }), tab('All')))).toBe(key);
    const moved = acted(begun, tab('Ghosts'), { kind: 'move', by: 1 });
    expect(under(acted(moved, tab('All')))).toBe(under(moved));
    const other = acted(begun, tab('Ghosts'), tab('All'), { kind: 'move', by: 1 }, tab('All'));
    expect(under(other)).not.toBe(key);
  });

  it('is on the row that a filter has found, also when the filter is cleared', () => {
    const found = acted(fresh(), { kind: 'filter' }, { kind: 'type', text: 'class:ghost' });
    const key = under(found);
    expect(key).not.toBe(under(fresh()));
    for (const before of [found, acted(found, { kind: 'accept' })]) {
      const cleared = acted(before, { kind: 'back' });
      expect([cleared.view.filter, under(cleared)]).toEqual(['', key]);
    }
    const none = acted(fresh(), { kind: 'filter' }, { kind: 'type', text: 'no such row' });
    expect(acted(none, { kind: 'back' }).cursor.index).toBe(0);
  });

  it('is on the first row, whichever that is, until a key is about a row', () => {
    const first = fresh();
    const processes = [rowProcess(77, ['claude'], { cpuPercent: 99 })];
    const busier = agentRow('aaa-1', 'working', { class: 'live', processes });
    const polled: Event = { kind: 'polled', snapshot: snapshotOf([...rows, busier]) };
    const small = applied(first, { kind: 'measured', windowRows: 1, overlayRows: 0 });
    const looked = acted(small, { kind: 'help' }, { kind: 'back' });
    const later = applied(looked, polled);
    expect([under(later), later.cursor.index, later.top]).toEqual(['agent:aaa-1', 0, 0]);
    for (const action of [{ kind: 'detail' }, { kind: 'freeze' }, { kind: 'move', by: 0 }] as const)
      expect(under(applied(acted(small, action), polled))).toBe(under(first));
    const byMemory = acted(small, { kind: 'sort', column: 'mem' });
    const heavier = snapshotOf([...rows, { ...busier, rssBytes: 2 ** 40 }]);
    expect(under(applied(byMemory, { kind: 'polled', snapshot: heavier }))).toBe('agent:aaa-1');
  });

  it('moves to the neighbour when its row is gone', () => {
    const state = acted(fresh(), { kind: 'move', by: 2 });
    const left = rows.filter(row => row.key !== under(state));
    const later = applied(state, { kind: 'polled', snapshot: snapshotOf(left) });
    expect(later.cursor.index).toBe(2);
    expect(rowUnderCursor(later)).toBeDefined();
  });

  it('is always on a visible row inside the window, whatever is pressed', () => {
    const keys = bindings.flatMap(binding => binding.keys);
    const pressed = fc.array(fc.constantFrom(...keys, 'x', 'backspace'), { maxLength: 40 });
    fc.assert(
      fc.property(pressed, fc.integer({ min: 1, max: 12 }), (names, windowRows) => {
        let state = applied(fresh(), { kind: 'measured', windowRows, overlayRows: 30 });
        for (const name of names) {
          const action = actionOf(
            { kind: 'key', name, text: name.length === 1 ? name : undefined },
            state.mode,
          );
          if (action !== undefined) state = applied(state, { kind: 'requested', action });
          const count = visibleItems(state).length;
          expect(state.cursor.index).toBeGreaterThanOrEqual(0);
          expect(state.cursor.index).toBeLessThan(Math.max(1, count));
          expect(state.cursor.index).toBeGreaterThanOrEqual(state.top);
          expect(state.cursor.index).toBeLessThan(state.top + windowRows);
        }
      }),
      { numRuns: rounds(200, 5000) },
    );
  });
});

describe('rows', () => {
  it('hide ended rows unless requested', () => {
    const classes = (view: Partial<typeof defaultView>) =>
      selectRows(snapshotOf(), { ...defaultView, ...view }).map(each => each.row.class);
    expect(classes({})).not.toContain('ended');
    expect(classes({ classes: ['ended'] })).toEqual(['ended']);
  });

  it('are filtered by any shown text', () => {
    const found = (filter: string) => selectRows(snapshotOf(), { ...defaultView, filter }).length;
    expect(found('LEAK')).toBe(1);
    expect(found('5301')).toBe(1);
    expect(found('仕事')).toBe(1);
    expect(found('nothing like it')).toBe(0);
  });

  it('have one order per column, independent of their input order', () => {
    for (const sort of sortColumns) {
      const keysOf = (list: typeof rows) =>
        selectRows(snapshotOf(list), { ...defaultView, sort }).map(each => each.row.key);
      expect(keysOf([...rows].reverse())).toEqual(keysOf(rows));
    }
  });

  it('are below their parents in the tree, each once, cycles included', () => {
    const list = [
      agentRow('child', 'working', { class: 'live', parent: 'top' }),
      agentRow('top', 'working', { class: 'live' }),
      agentRow('egg', 'working', { class: 'live', parent: 'hen' }),
      agentRow('hen', 'working', { class: 'live', parent: 'egg' }),
      agentRow('self', 'working', { class: 'live', parent: 'self' }),
    ];
    const placed = selectRows(snapshotOf(list), { ...defaultView, tree: true });
    const levels = Object.fromEntries(placed.map(({ row, level }) => [row.agentId, level]));
    expect(placed).toHaveLength(5);
    expect(levels).toMatchObject({ top: 0, child: 1, self: 0 });
    expect(placed.findIndex(each => each.row.agentId === 'child')).toBe(
      placed.findIndex(each => each.row.agentId === 'top') + 1,
    );
  });
});

describe('keys', () => {
  it('each have one meaning in the table', () => {
    const keys = bindings.flatMap(binding => binding.keys);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('are text while the filter is typed, and quit only where they should', () => {
    expect(actionOf({ kind: 'key', name: 'q', text: 'q' }, { kind: 'filter' })).toEqual({
      kind: 'type',
      text: 'q',
    });
    expect(actionOf({ kind: 'key', name: 'q', text: 'q' }, { kind: 'help', top: 0 })).toEqual({
      kind: 'back',
    });
    expect(actionOf({ kind: 'key', name: 'ctrl+c' }, { kind: 'filter' })).toEqual({ kind: 'quit' });
    expect(actionOf({ kind: 'paste' }, { kind: 'table' })).toBeUndefined();
  });
});

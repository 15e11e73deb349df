/** Rows grouped by task: order, folding, and what verbs on a heading act on. */
import { describe, expect, it } from 'vitest';
import type { Row } from '../../source/core/model/model.ts';
import { shortTask } from '../../source/core/rows/row-groups.ts';
import { actionsOf } from '../../source/screen/input/key-actions.ts';
import type { Action } from '../../source/screen/state/actions.ts';
import { isHeading, placedOf } from '../../source/screen/state/items.ts';
import { reduce } from '../../source/screen/state/reduce.ts';
import {
  chosenRows,
  headingUnderCursor,
  initialState,
  rowUnderCursor,
  type State,
  visibleItems,
} from '../../source/screen/state/state.ts';
import { defaultView } from '../fixtures/nothing.ts';
import { agentRow, row, rowProcess, snapshotOf, takenAt } from '../fixtures/snapshot.ts';
import { acted, applied, fitted } from '../fixtures/states.ts';

const processes = [rowProcess(4121, ['claude'])];
const agent = (id: string, task: string, rssBytes: number, more: Partial<Row> = {}) =>
  agentRow(id, 'working', { class: 'live', task, rssBytes, processes, cpuPercent: 1, ...more });
const list = [
  agent('a-1', 'T-1', 10),
  agent('a-2', 'T-2', 40),
  agent('a-3', 'T-1', 30),
  agent('a-4', 'T-2', 20),
  row({ class: 'orphan', key: 'process:7@7', rssBytes: 25, processes }),
];
const view = { ...defaultView, sort: 'mem' } as const;
const table = (rows: readonly Row[] = list, more = view as State['view']) =>
  fitted(applied(initialState(more, 2000, false), { kind: 'polled', snapshot: snapshotOf(rows) }), {
    columns: 100,
    rows: 40,
  });
const group: Action = { kind: 'group' };
const first: Action = { kind: 'jump', to: 'first' };
const down = (by: number): Action => ({ kind: 'move', by });
const foldIt: Action = { kind: 'fold', isFolded: true };
const unfoldIt: Action = { kind: 'fold', isFolded: false };

/** `[T-2]` is a heading, `[T-2…]` a folded one. */
const linesOf = (state: State) =>
  visibleItems(state).map(item => {
    if (isHeading(item)) return `[${item.group.name ?? 'none'}${item.isFolded ? '…' : ''}]`;
    const placed = placedOf(item);
    return `${'-'.repeat(placed?.level ?? 0)}${placed?.row.agentId ?? 'orphan'}`;
  });
const under = (state: State) =>
  headingUnderCursor(state)?.group.key ?? rowUnderCursor(state)?.row.key;

describe('groups', () => {
  it('are in the order of their first rows, and sorted inside', () => {
    expect(linesOf(acted(table(), group))).toEqual([
      ...['[T-2]', 'a-2', 'a-4', '[T-1]', 'a-3', 'a-1', '[none]', 'orphan'],
    ]);
    const state = acted(table(), group, { kind: 'invert' });
    expect(linesOf(state)).toEqual([
      ...['[T-1]', 'a-1', 'a-3', '[T-2]', 'a-4', 'a-2', '[none]', 'orphan'],
    ]);
  });

  it('have the sums of their rows', () => {
    const heading = headingUnderCursor(acted(table(), group, first))?.group;
    expect(heading).toMatchObject({ name: 'T-2', cpuPercent: 2, rssBytes: 60 });
  });

  it('are trees of their own: a deployer in another task is not among them', () => {
    const family = [
      agent('top', 'T-1', 1),
      agent('own', 'T-1', 2, { parent: 'top' }),
      agent('other', 'T-2', 3, { parent: 'top' }),
    ];
    const state = acted(table(family, { ...view, tree: true }), group);
    expect(linesOf(state)).toEqual(['[T-1]', 'top', '-own', '[T-2]', 'other']);
  });

  it('hold what the filter and the tab show', () => {
    const filtered = acted(table(), group, { kind: 'filter' }, { kind: 'type', text: 'a-3' });
    expect(linesOf(filtered)).toEqual(['[T-1]', 'a-3']);
    expect(linesOf(acted(table(), group, { kind: 'tab', tab: 'Orphans' }))).toEqual([
      ...['[none]', 'orphan'],
    ]);
  });
});

describe('the cursor', () => {
  it('stays on its row when rows are grouped and ungrouped', () => {
    const start = acted(table(), first, down(2));
    expect(under(start)).toBe('process:7@7');
    const state = acted(start, group);
    expect([under(state), state.cursor.index]).toEqual(['process:7@7', 7]);
    expect(under(acted(state, group))).toBe('process:7@7');
  });

  it('goes to the heading of a row that is folded, and stays there over polls', () => {
    const folded = acted(table(), group, first, down(4), foldIt);
    expect(linesOf(folded)).toEqual(['[T-2]', 'a-2', 'a-4', '[T-1…]', '[none]', 'orphan']);
    expect(under(folded)).toBe('task:T-1');
    // The folded task is sorted first by now.
    const rows = [...list, agent('a-5', 'T-1', 99)];
    const snapshot = snapshotOf(rows, { takenAt: takenAt + 2000 });
    const later = applied(folded, { kind: 'polled', snapshot });
    expect(linesOf(later).slice(0, 2)).toEqual(['[T-1…]', '[T-2]']);
    expect(under(later)).toBe('task:T-1');
    expect(linesOf(acted(later, unfoldIt)).slice(0, 2)).toEqual(['[T-1]', 'a-5']);
    const ungrouped = acted(folded, group, first, down(3));
    expect(under(ungrouped)).toBe('agent:a-4');
    expect(under(acted(ungrouped, down(-2), group))).toBe('task:T-1');
  });

  it('folds with ←, unfolds with →, and Enter on a heading does either', () => {
    const press = (state: State, name: string) =>
      actionsOf({ kind: 'key', name }, state.mode).reduce(
        (each, action) => acted(each, action),
        state,
      );
    const state = acted(table(), group, first);
    const folded = press(state, 'left');
    expect(linesOf(folded)[0]).toBe('[T-2…]');
    expect(linesOf(press(folded, 'left'))).toEqual(linesOf(folded));
    expect(linesOf(press(folded, 'right'))).toEqual(linesOf(state));
    expect(linesOf(press(state, 'enter'))).toEqual(linesOf(folded));
    expect(linesOf(press(folded, 'enter'))).toEqual(linesOf(state));
    expect(linesOf(press(table(), 'left'))).toEqual(linesOf(table()));
  });
});

describe('on a heading', () => {
  const heading = acted(table(), group, first);

  it('verbs act on the rows of the task, also on folded ones', () => {
    const keys = (state: State) => chosenRows(state).map(({ key }) => key);
    expect(keys(heading)).toEqual(['agent:a-2', 'agent:a-4']);
    const folded = acted(heading, foldIt);
    expect(keys(folded)).toEqual(['agent:a-2', 'agent:a-4']);
    const { effects } = reduce(folded, {
      kind: 'requested',
      action: { kind: 'end', force: false },
    });
    expect(effects).toMatchObject([
      { kind: 'plan', rows: [{ key: 'agent:a-2' }, { key: 'agent:a-4' }] },
    ]);
    const filtered = acted(heading, { kind: 'filter' }, { kind: 'type', text: 'a-4' });
    expect(keys(filtered)).toEqual(['agent:a-4']);
  });

  it('of the rows without a task they act on none, and say so', () => {
    const none = acted(heading, { kind: 'move', by: 6 });
    expect(under(none)).toBe('no task');
    const action: Action = { kind: 'end', force: false };
    expect(reduce(none, { kind: 'requested', action }).effects).toMatchObject([{ kind: 'notice' }]);
  });

  it('Space tags all rows of the group; tagged rows come before the heading', () => {
    const tagged = acted(heading, { kind: 'tag' }, { kind: 'move', by: 2 });
    expect(under(tagged)).toBe('task:T-1');
    expect(chosenRows(tagged).map(({ key }) => key)).toEqual(['agent:a-2', 'agent:a-4']);
    expect(acted(heading, { kind: 'tag' }, first, { kind: 'tag' }).tagged.size).toBe(0);
  });

  it('there is no row to attach to, to follow or to read a log of', () => {
    for (const kind of ['attach', 'follow', 'log'] as const)
      expect(reduce(heading, { kind: 'requested', action: { kind } })).toEqual({
        state: heading,
        effects: [{ kind: 'notice', text: 'a heading is selected: choose a row' }],
      });
  });
});

it('a task is named by the part that tells it apart', () => {
  expect(shortTask('TASK-20251029-225319-45548b6a')).toBe('45548b6a');
  for (const id of ['T-1', 'TASK-x', 'a', '-', 'release-notes']) expect(shortTask(id)).toBe(id);
});

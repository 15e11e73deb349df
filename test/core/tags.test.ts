/** Tagging agents together with the agents they deployed. */
import { describe, expect, it } from 'vitest';
import type { Problem, Row } from '../../source/core/model/model.ts';
import { actionOf } from '../../source/screen/input/key-actions.ts';
import type { Action } from '../../source/screen/state/actions.ts';
import {
  chosenRows,
  initialState,
  type State,
  visibleRows,
} from '../../source/screen/state/state.ts';
import { familyOf } from '../../source/screen/state/tags.ts';
import { defaultView } from '../fixtures/nothing.ts';
import { agentRow, row, snapshotOf } from '../fixtures/snapshot.ts';
import { applied } from '../fixtures/states.ts';

const agent = (id: string, parent: string, more: Partial<Row> = {}) =>
  agentRow(id, 'working', { class: 'live', parent, workspace: '/w', ...more });
const rows = [
  agent('top', 'orchestrator'),
  agent('left', 'top'),
  agent('below', 'left'),
  agent('right', 'top', { class: 'undead' }),
  agent('over', 'top', { class: 'ended' }),
  agent('beyond', 'over'),
  agent('alone', 'orchestrator'),
];
const idsOf = (list: readonly Row[]) => list.map(row => row.agentId).sort();
const family = (id: string, list: readonly Row[] = rows) =>
  idsOf(familyOf(list, list.find(row => row.agentId === id) as Row));

describe('the family of a row', () => {
  it('includes all agents it deployed, directly or indirectly; ended ones are only traversed', () => {
    expect(family('top')).toEqual(['below', 'beyond', 'left', 'right', 'top']);
    expect(family('left')).toEqual(['below', 'left']);
    expect(family('alone')).toEqual(['alone']);
    expect(family('over')).toEqual(['beyond', 'over']);
  });

  it('stays in its workspace', () => {
    const foreign = [...rows, agent('stranger', 'top', { workspace: '/other' })];
    expect(family('top', foreign)).not.toContain('stranger');
  });

  it('includes an agent’s leftovers, which no registry has', () => {
    const left = row({ class: 'orphan', key: 'process:9@90', parent: 'left' });
    const all = [...rows, left];
    expect(familyOf(all, rows[1] as Row)).toContain(left);
    expect(familyOf(all, rows.at(-1) as Row)).not.toContain(left);
    const foreign = agent('left', 'x', { workspace: '/other', key: 'agent:left#2' });
    expect(familyOf([...all, foreign], foreign)).not.toContain(left);
  });

  it('belongs to the parent in the same task if two tasks have the id, and to neither in a third', () => {
    const twins = ['T-1', 'T-2'].map(task => agent('twin', 'x', { task, key: `twin#${task}` }));
    const children = ['T-1', 'T-2', 'T-3'].map(task => agent(`of ${task}`, 'twin', { task }));
    const all = [...twins, ...children];
    expect(idsOf(familyOf(all, twins[1] as Row))).toEqual(['of T-2', 'twin']);
    expect(idsOf(familyOf(all, twins[0] as Row))).toEqual(['of T-1', 'twin']);
  });

  it('ends if agents name each other or themselves as parents', () => {
    const circle = [agent('egg', 'hen'), agent('hen', 'egg'), agent('self', 'self')];
    expect(family('egg', circle)).toEqual(['egg', 'hen']);
    expect(family('self', circle)).toEqual(['self']);
  });

  it('of a row that is no agent is itself', () => {
    const all = snapshotOf().rows;
    for (const row of all.filter(each => each.agentId === undefined))
      expect(familyOf(all, row)).toEqual([row]);
  });
});

describe('the key c', () => {
  const press = (state: State) => {
    const action = actionOf({ kind: 'key', name: 'c', text: 'c' }, state.mode) as Action;
    return applied(state, { kind: 'requested', action });
  };
  for (const tree of [false, true]) {
    const fresh = () => {
      const view = { ...defaultView, tree };
      const state = applied(initialState(view, 2000, false), {
        kind: 'polled',
        snapshot: snapshotOf([...rows].reverse()),
      });
      const index = visibleRows(state).findIndex(({ row }) => row.agentId === 'top');
      return applied(state, { kind: 'requested', action: { kind: 'move', by: index } });
    };

    it(`tags the family and leaves the cursor in place, ${tree ? 'in the tree' : 'in the table'}`, () => {
      const state = press(fresh());
      expect(idsOf(chosenRows(state))).toEqual(['below', 'beyond', 'left', 'right', 'top']);
      expect(state.cursor).toEqual(fresh().cursor);
    });

    it(`removes the tags the second time, ${tree ? 'in the tree' : 'in the table'}`, () => {
      const other = { ...fresh(), tagged: new Set(['agent:alone']) };
      expect([...press(press(other)).tagged]).toEqual(['agent:alone']);
    });
  }

  it('completes a partly tagged family', () => {
    const [top] = rows;
    const state = applied(initialState(defaultView, 2000, false), {
      kind: 'polled',
      snapshot: snapshotOf(rows),
    });
    const index = visibleRows(state).findIndex(({ row }) => row === top);
    const at = applied(state, { kind: 'requested', action: { kind: 'move', by: index } });
    expect(press({ ...at, tagged: new Set(['agent:left']) }).tagged.size).toBe(5);
  });
});

describe('a tag', () => {
  const looked = (state: State, list: readonly Row[], problems: Problem[] = []) =>
    applied(state, { kind: 'polled', snapshot: { ...snapshotOf(list), problems } });
  const tagged = {
    ...looked(initialState(defaultView, 2000, false), rows),
    tagged: new Set(['agent:alone']),
  };
  const others = rows.filter(row => row.agentId !== 'alone');

  it('goes with its row: a later session of that name has none', () => {
    const later = [1, 2, 3].reduce(
      (state, step) =>
        applied(state, {
          kind: 'polled',
          snapshot: { ...snapshotOf(others), takenAt: (state.read?.takenAt ?? 0) + step * 3000 },
        }),
      tagged as State,
    );
    expect([...looked(later, rows).tagged]).toEqual([]);
  });

  it('stays if a source was unreadable', () => {
    const problem = { source: 'tmux', message: 'tmux hangs', unread: true } as const;
    expect([...looked(tagged, others, [problem]).tagged]).toEqual(['agent:alone']);
  });
});

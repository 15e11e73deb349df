/** Positions in a drawn frame → the effect of a click there. */
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { render } from 'ink-testing-library';
import { afterEach, describe, expect, it } from 'vitest';
import { areaAt, frameFor, type Size } from '../../source/components/frame.ts';
import { layoutOf } from '../../source/components/layout.ts';
import { Screen } from '../../source/components/screen.tsx';
import { sortColumnOf } from '../../source/core/rows/describe.ts';
import { bindings, footerKeys } from '../../source/screen/input/keys.ts';
import { mouseActions } from '../../source/screen/input/mouse.ts';
import type { Action } from '../../source/screen/state/actions.ts';
import type { Dialog } from '../../source/screen/state/dialog.ts';
import { initialState, type State, visibleRows } from '../../source/screen/state/state.ts';
import { tabsWith } from '../../source/screen/state/tabs.ts';
import { defaultView } from '../fixtures/nothing.ts';
import { reconcilePlan } from '../fixtures/reconcile-plan.ts';
import { agentRow, rows, snapshotOf } from '../fixtures/snapshot.ts';
import { acted, applied, fitted } from '../fixtures/states.ts';
import { rounds } from '../helpers/campaign.ts';

const paint = { charset: 'unicode', colors: false, theme: 'default' } as const;
const wide: Size = { columns: 140, rows: 30 };

let unmount: (() => void) | undefined;
afterEach(() => unmount?.());

function stateAfter(size: Size, actions: readonly Action[] = [], snapshot = snapshotOf()): State {
  const polled = applied(initialState(defaultView, 2000, false), { kind: 'polled', snapshot });
  return actions.reduce(
    (state, action) => fitted(acted(state, action), size),
    fitted(polled, size),
  );
}
const screenOf = (state: State, size: Size) => ({
  state,
  layout: layoutOf(state, size, paint.charset, bindings),
  paint,
  footerKeys,
});
function linesOf(state: State, size: Size): string[] {
  const app = render(<Screen {...screenOf(state, size)} />);
  unmount?.();
  unmount = app.unmount;
  return stripVTControlCharacters(app.lastFrame() ?? '').split('\n');
}
/** Clicks on the first cell of a text, wherever the frame draws it. */
function clickOn(state: State, text: string, size = wide, button = 0) {
  const lines = linesOf(state, size);
  const y = lines.findIndex(line => line.includes(text));
  expect([text, y]).not.toEqual([text, -1]);
  const x = lines[y]?.indexOf(text) ?? -1;
  return mouseActions({ button, isPress: true, x, y }, screenOf(state, size));
}

describe('a click', () => {
  it('moves the cursor to the clicked row, also in a scrolled window', () => {
    const many = Array.from({ length: 300 }, (_, index) =>
      agentRow(`agent-${String(index).padStart(3, '0')}`, 'working', { class: 'ghost' }),
    );
    const state = stateAfter(wide, [{ kind: 'jump', to: 'last' }], snapshotOf(many));
    const [action] = clickOn(state, 'agent-290');
    expect(action).toEqual({ kind: 'put cursor', key: 'agent:agent-290' });
    const after = stateAfter(
      wide,
      [{ kind: 'jump', to: 'last' }, action as Action],
      snapshotOf(many),
    );
    expect(after.cursor.key).toBe('agent:agent-290');
    expect(after.top).toBe(state.top);
  });

  it('chooses a tab', () => {
    for (const tab of tabsWith(undefined))
      expect(clickOn(stateAfter(wide), tab)).toEqual([{ kind: 'tab', tab }]);
  });

  it('sorts by the clicked column heading, and reverses the order on the second click', () => {
    const titles = ['CLASS', 'AGENT', 'TASK', 'PID', 'CPU%', 'MEM', 'UP', 'IDLE', 'STATUS'];
    const sorted = stateAfter(wide, [{ kind: 'sort', column: 'agent' }]);
    for (const title of titles) {
      const [action] = clickOn(sorted, title);
      expect([title, action]).toEqual([
        title,
        title === 'AGENT' ? { kind: 'invert' } : { kind: 'sort', column: sortColumnOf(title) },
      ]);
    }
    expect(clickOn(sorted, 'CPU 10m')).toEqual([]);
  });

  it('on a footer hint acts as its key', () => {
    const state = stateAfter(wide);
    expect(clickOn(state, '? help')).toEqual([{ kind: 'help' }]);
    expect(clickOn(state, 'reconcile')).toEqual([{ kind: 'reconcile' }]);
    expect(clickOn(state, 'x end')).toEqual([{ kind: 'end', force: false }]);
    expect(clickOn(stateAfter(wide, [{ kind: 'help' }]), 'Esc back')).toEqual([{ kind: 'back' }]);
    expect(clickOn(stateAfter(wide, [{ kind: 'help' }]), 'scroll')).toEqual([]);
  });

  it('with another button, a modifier, motion, or a release does nothing', () => {
    for (const button of [1, 2, 3, 4, 8, 16, 32, 35, 66, 68, 96, 128, 999])
      expect([button, clickOn(stateAfter(wide), 'Ghosts', wide, button)]).toEqual([button, []]);
    const report = { button: 0, isPress: false, x: 1, y: 2 };
    expect(mouseActions(report, screenOf(stateAfter(wide), wide))).toEqual([]);
  });

  it('beside a split acts on the table alone', () => {
    const state = stateAfter(wide, [{ kind: 'split' }]);
    expect(clickOn(state, 'ghostly_fixer')).toMatchObject([{ kind: 'put cursor' }]);
    expect(clickOn(state, 'PID')).toEqual([{ kind: 'sort', column: 'pid' }]);
    const { listWidth, frame } = screenOf(state, wide).layout;
    expect(listWidth).toBeLessThan(wide.columns);
    const body = wide.rows - 2 - frame.body;
    for (let x = listWidth; x < wide.columns; x++)
      for (let y = body - 1; y < body + frame.body; y++) {
        const report = { button: 0, isPress: true, x, y };
        expect([x, y, mouseActions(report, screenOf(state, wide))]).toEqual([x, y, []]);
      }
  });

  it('does nothing on a tab beside an open dialog', () => {
    const state = applied(stateAfter(wide), {
      kind: 'opened',
      dialog: { kind: 'quit', endings: 1 },
    });
    expect(clickOn(state, 'Ghosts')).toEqual([]);
    expect(clickOn(state, 'Cancel')).toEqual([]);
    expect(clickOn(state, 'n Esc')).toEqual([{ kind: 'back' }]);
    expect(clickOn(state, 'y confirm')).toEqual([]);
  });

  it('never confirms and never freezes: verbs need their dialog, and the dialog needs a key', () => {
    const plan = { targets: [], registries: [], spare: () => undefined };
    const dialogs: readonly Dialog[] = [
      { kind: 'end', plan, force: true },
      { kind: 'quit', endings: 1 },
      { kind: 'preview', plan: reconcilePlan },
    ];
    for (let columns = 1; columns <= 200; columns += columns < 60 ? 1 : 9) {
      const size = { columns, rows: 10 };
      const table = stateAfter(size);
      const states = [table, ...dialogs.map(dialog => applied(table, { kind: 'opened', dialog }))];
      for (const shown of states.map(state => screenOf(state, size)))
        for (let x = 0; x <= columns; x++)
          for (const y of [0, 1, 2, 8, 9]) {
            const press = { button: 0, isPress: true, x, y };
            const actions = mouseActions(press, shown).map(each => each.kind);
            if (actions.includes('confirm') || actions.includes('freeze'))
              expect([columns, x, y, actions]).toEqual([]);
          }
    }
  });
});

it('the wheel moves the cursor by rows, and a list by one', () => {
  const wheel = (state: State, button: number) =>
    mouseActions({ button, isPress: true, x: 0, y: 0 }, screenOf(state, wide));
  expect(wheel(stateAfter(wide), 65)).toEqual([{ kind: 'move', by: 3 }]);
  expect(wheel(stateAfter(wide), 64)).toEqual([{ kind: 'move', by: -3 }]);
  expect(wheel(stateAfter(wide, [{ kind: 'palette' }]), 65)).toEqual([{ kind: 'move', by: 1 }]);
  expect(wheel(stateAfter(wide, [{ kind: 'choose sort' }]), 64)).toEqual([
    { kind: 'move', by: -1 },
  ]);
});

it('areas match what the frame draws, at every size and with every header', () => {
  const problem = { source: 'tmux', message: 'no answer', unread: true } as const;
  const sizes = fc.record({ columns: fc.constant(100), rows: fc.integer({ min: 1, max: 40 }) });
  fc.assert(
    fc.property(sizes, fc.nat(5), fc.nat(4), (size, problems, workspaces) => {
      const snapshot = snapshotOf(rows, {
        problems: Array.from({ length: problems }, () => problem),
        workspaces: Array.from({ length: workspaces }, (_, index) => `/w${index}`),
      });
      const state = stateAfter(size, [], snapshot);
      const frame = frameFor(state, size, 'unicode');
      const count = visibleRows(state).length - state.top;
      for (const [y, line] of linesOf(state, size).entries()) {
        const at = areaAt(frame, y);
        expect([y, at?.area === 'heading']).toEqual([y, line.includes('CLASS')]);
        expect([y, at?.area === 'tabs']).toEqual([y, line.startsWith('[All]')]);
        expect([y, at?.area === 'footer']).toEqual([y, line.startsWith('? h')]);
        const key = at?.area === 'body' && at.row < count;
        expect([y, key]).toEqual([
          y,
          / (live|undead|ghost|husk|orphan|interactive|host|zombie|unknown) /.test(line) &&
            !line.includes('vigil'),
        ]);
      }
    }),
    { numRuns: rounds(25, 1000) },
  );
});

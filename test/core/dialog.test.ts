/** The dialog of a reconcile: it asks, keeps its plan, and is not confirmed by accident. */

import { describe, expect, it } from 'vitest';
import type { EndPlan } from '../../source/core/termination/end-plan.ts';
import { actionOf } from '../../source/screen/input/key-actions.ts';
import type { Action } from '../../source/screen/state/actions.ts';
import type { Event } from '../../source/screen/state/events.ts';
import type { Mode } from '../../source/screen/state/mode.ts';
import {
  chosenRows,
  initialState,
  type State,
  visibleRows,
} from '../../source/screen/state/state.ts';
import { cellOf, columnWith } from '../../source/text/cells.ts';
import { detailLines } from '../../source/text/detail-lines.ts';
import { endPlan } from '../fixtures/end-plan.ts';
import { defaultView } from '../fixtures/nothing.ts';
import { reconcilePlan } from '../fixtures/reconcile-plan.ts';
import { snapshotOf } from '../fixtures/snapshot.ts';
import { acted, applied, armed, ended, staged } from '../fixtures/states.ts';

const planned: Event = {
  kind: 'reconcile previewed',
  found: { kind: 'planned', plan: reconcilePlan },
};
const report: Event = {
  kind: 'reconciled',
  report: { outcomes: [], failures: [], written: [], backups: [], durationMs: 1 },
};
const stateAfter = (...steps: (Event | Action)[]): State =>
  steps.reduce(
    (state: State, step) => armed(isEvent(step) ? applied(state, step) : acted(state, step)),
    initialState(defaultView, 2000, false),
  );
const isEvent = (step: Event | Action): step is Event =>
  ['reconcile previewed', 'reconciled', 'polled', 'opened', 'progressed'].includes(step.kind);
const dialogOf = ({ mode }: State) => (mode.kind === 'dialog' ? mode.dialog.kind : mode.kind);
const press = (name: string, mode: Mode) => actionOf({ kind: 'key', name, text: name }, mode);

const open: Action = { kind: 'reconcile' };
const yes: Action = { kind: 'confirm' };
const back: Action = { kind: 'back' };

describe('the dialog', () => {
  it('goes from polling to the plan, to writing, to the report, to the table', () => {
    expect(dialogOf(stateAfter(open))).toBe('previewing');
    expect(dialogOf(stateAfter(open, planned))).toBe('preview');
    expect(dialogOf(stateAfter(open, planned, yes))).toBe('writing');
    expect(dialogOf(stateAfter(open, planned, yes, report))).toBe('report');
    expect(dialogOf(stateAfter(open, planned, yes, report, back))).toBe('table');
  });

  it('is closed by n, and later results open nothing', () => {
    expect(dialogOf(stateAfter(open, back, planned))).toBe('table');
    expect(dialogOf(stateAfter(open, planned, back, report))).toBe('table');
  });

  it('of a shutdown is not closed by its word, typed before it is asked for', () => {
    const previewing = stateAfter({ kind: 'shutdown' }).mode;
    for (const letter of ['n', 'q', 'y', 'enter', 'o'])
      expect([letter, press(letter, previewing)]).toEqual([letter, undefined]);
    expect(press('escape', previewing)).toEqual(back);
  });

  it('cannot be closed while it writes, and a second y does nothing', () => {
    const writing = stateAfter(open, planned, yes);
    expect(dialogOf(acted(writing, back))).toBe('writing');
    expect(acted(writing, yes)).toEqual(writing);
  });

  it('cannot be confirmed before the plan is there, or if it is empty', () => {
    expect(dialogOf(stateAfter(open, yes))).toBe('previewing');
    const empty: Event = {
      kind: 'reconcile previewed',
      found: { kind: 'planned', plan: { ...reconcilePlan, places: [] } },
    };
    expect(dialogOf(stateAfter(open, empty, yes))).toBe('preview');
  });

  it('refuses with --read-only', () => {
    const state = applied(initialState(defaultView, 2000, true), {
      kind: 'requested',
      action: open,
    });
    expect(dialogOf(state)).toBe('refused');
    expect(dialogOf(applied(state, planned))).toBe('refused');
  });

  it('keeps the plan it showed, whatever polls follow', () => {
    const state = stateAfter(open, planned, { kind: 'polled', snapshot: snapshotOf() }, yes);
    expect(state.mode).toMatchObject({ dialog: { kind: 'writing', plan: reconcilePlan } });
  });
});

it('is confirmed by y only, not by Enter, Space, n, q or Esc', () => {
  const { mode } = stateAfter(open, planned);
  expect(press('y', mode)).toEqual(yes);
  for (const name of ['enter', 'n', 'q', 'escape']) expect(press(name, mode)).toEqual(back);
  for (const name of ['Y', 'space', 'x', 'R', 'tab']) expect(press(name, mode)).toBeUndefined();
  expect(actionOf({ kind: 'paste' }, mode)).toBeUndefined();
});

it('that is confirmed too early says so until it can be confirmed or is closed, and not in the event log', () => {
  const dialog = { kind: 'end', plan: endPlan, force: false } as const;
  const shown = applied(stateAfter(), { kind: 'opened', dialog });
  const early = acted(shown, yes);
  expect(dialogOf(early)).toBe('end');
  expect(early.notice?.text).toBe('read the plan first');
  expect(early.log).toEqual([]);
  expect(acted(early, back).notice).toBeUndefined();
  const read = armed(early);
  expect(read.notice).toBeUndefined();
  expect(dialogOf(acted(read, yes))).toBe('table');
});

describe('a termination on the screen', () => {
  const snapshot = snapshotOf();
  const looked: Event = { kind: 'polled', snapshot };
  const [first, second] = snapshot.rows;
  const key = first?.key ?? '';
  const plan = endPlan;
  it('is shown in its row, also across polls, and an ended row stays', () => {
    const state = stateAfter(
      looked,
      staged(key, { stage: 'terminating', attempt: 2, of: 3, deadline: 0 }, snapshot.takenAt),
      looked,
    );
    expect(visibleRows(state).find(each => each.row.key === key)?.row.escalation).toMatchObject({
      stage: 'terminating',
      attempt: 2,
    });
    const rows = snapshot.rows.map(row =>
      row.key === key ? { ...row, class: 'ended' as const } : row,
    );
    const over = applied(stateAfter(looked, ended(key, 'killed', snapshot.takenAt)), {
      kind: 'polled',
      snapshot: { ...snapshot, rows },
    });
    expect(visibleRows(over).some(each => each.row.key === key)).toBe(true);
  });

  it('that is over has no process any more, and its details say what was before', () => {
    const cells = (state: State) => {
      const placed = visibleRows(state).find(({ row }) => row.key === key);
      if (placed === undefined) throw new Error('the row is gone');
      const columns = ['pid', 'cpu', 'mem', 'up'] as const;
      const { row } = placed;
      return {
        shown: columns.map(name => cellOf(columnWith(name), placed, snapshot.takenAt, 'unicode')),
        detail: detailLines(row, undefined, snapshot, 'unicode').map(line =>
          line.map(({ text }) => text).join(''),
        ),
      };
    };
    const alive = cells(stateAfter(looked));
    expect(alive.shown).not.toContain(undefined);
    expect(alive.detail[0]).toMatch(/: live/);
    expect(alive.detail.join('\n')).toContain('Processes');
    const over = cells(stateAfter(looked, ended(key, 'killed', snapshot.takenAt)));
    expect(over.shown).toEqual([undefined, undefined, undefined, undefined]);
    expect(over.detail[0]).toMatch(/: ended, killed$/);
    expect(over.detail).toContain('  before it was ended:');
    expect(over.detail.join('\n')).not.toMatch(/press a|Processes/);
  });

  it('is dropped ten seconds after its outcome', () => {
    const told = applied(stateAfter(looked, ended(key, 'killed', snapshot.takenAt)), {
      kind: 'finished',
      keys: [key],
      at: snapshot.takenAt,
      notice: 'killed',
      mood: 'good',
      said: [],
    });
    const later = (ms: number) =>
      applied(told, { kind: 'polled', snapshot: { ...snapshot, takenAt: snapshot.takenAt + ms } });
    expect([later(9_000).endings.size, later(11_000).endings.size]).toEqual([1, 0]);
    expect(visibleRows(later(11_000)).some(each => each.row.escalation)).toBe(false);
  });

  it('keeps its plan from the key press on, however the rows change', () => {
    const opened: Event = { kind: 'opened', dialog: { kind: 'end', plan, force: false } };
    const turned = stateAfter(looked, opened, { kind: 'invert' }, looked);
    expect(turned.mode).toMatchObject({ kind: 'dialog', dialog: { kind: 'end', plan } });
    expect(acted(turned, yes).mode.kind).toBe('table');
  });

  it('leaves the details as they were, from which it was opened, unless it is confirmed', () => {
    const opened: Event = { kind: 'opened', dialog: { kind: 'end', plan, force: false } };
    const details = stateAfter(looked, { kind: 'detail' });
    const asked = armed(applied(details, opened));
    expect(dialogOf(asked)).toBe('end');
    expect(acted(asked, back).mode).toEqual(details.mode);
    expect(acted(asked, yes).mode.kind).toBe('table');
    expect(acted(stateAfter(looked, opened), back).mode.kind).toBe('table');
  });

  it('acts on the tagged rows, else on the row under the cursor', () => {
    const cursor = stateAfter(looked);
    const shown = visibleRows(cursor);
    expect(chosenRows(cursor).map(row => row.key)).toEqual([shown[0]?.row.key]);
    const tagged = stateAfter(
      looked,
      { kind: 'tag' },
      { kind: 'tag' },
      { kind: 'jump', to: 'last' },
    );
    expect(
      chosenRows(tagged)
        .map(row => row.key)
        .sort(),
    ).toEqual([shown[0]?.row.key, shown[1]?.row.key].sort());
    expect(second).toBeDefined();
    expect(chosenRows(acted(tagged, { kind: 'untag all' }))).toHaveLength(1);
  });
});

it('a wrong word for a shutdown is reported, and the next letter starts over', () => {
  const none = {
    end: { targets: [], registries: [], spare: () => undefined },
    scope: {},
    ...{ files: [], interactive: [], deploys: [], workspaces: [], deadEntries: 0 },
  };
  const asked = stateAfter({ kind: 'opened', dialog: { kind: 'shutdown', plan: none, typed: '' } });
  const dialogAfter = (...actions: Action[]) => {
    const { mode } = actions.reduce(
      (state, action) => applied(state, { kind: 'requested', action }),
      asked,
    );
    return mode.kind === 'dialog' ? mode.dialog : mode.kind;
  };
  const wrong = dialogAfter({ kind: 'type', text: 'shutd' }, yes);
  expect(wrong).toMatchObject({ kind: 'shutdown', typed: '', wrong: 'shutd' });
  const again = dialogAfter({ kind: 'type', text: 'shutd' }, yes, { kind: 'type', text: 's' });
  expect(again).toMatchObject({ typed: 's', wrong: undefined });
  expect(dialogAfter({ kind: 'type', text: 'shutdown' }, yes)).toBe('table');
});

it('cannot be confirmed if every target is refused', () => {
  const refused = { ...endPlan, targets: endPlan.targets.filter(each => each.refused) };
  const opened = (plan: EndPlan) =>
    stateAfter({ kind: 'opened', dialog: { kind: 'end', plan, force: false } }, yes);
  expect(dialogOf(opened(refused))).toBe('end');
  expect(dialogOf(opened(endPlan))).toBe('table');
});

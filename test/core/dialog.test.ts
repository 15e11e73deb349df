/** The dialog in front of a reconcile: it asks, holds its plan, and is not answered by accident. */
import { describe, expect, it } from 'vitest';
import { defaultView } from '../../source/core/describe.ts';
import type { Intent } from '../../source/core/intents.ts';
import {
  type Event,
  initialState,
  type Mode,
  reduce,
  type State,
} from '../../source/core/state.ts';
import { intentOf } from '../../source/keys.ts';
import { reconcilePlan } from '../fixtures/reconcile-plan.ts';

const planned: Event = { kind: 'surveyed', survey: { kind: 'planned', plan: reconcilePlan } };
const report: Event = {
  kind: 'reconciled',
  report: { outcomes: [], failures: [], written: [], backups: [], durationMs: 1 },
};
const stateAfter = (...events: (Event | Intent)[]): State =>
  events.reduce(
    (state: State, event) =>
      reduce(state, isEvent(event) ? event : { kind: 'intended', intent: event }),
    initialState(defaultView, 2000, false),
  );
const isEvent = (event: Event | Intent): event is Event =>
  ['surveyed', 'reconciled', 'looked', 'resized', 'checked', 'intended'].includes(event.kind);
const dialogOf = ({ mode }: State) => (mode.kind === 'dialog' ? mode.dialog.kind : mode.kind);
const press = (name: string, mode: Mode) => intentOf({ kind: 'key', name, text: name }, mode);

const open: Intent = { kind: 'reconcile' };
const yes: Intent = { kind: 'confirm' };
const back: Intent = { kind: 'back' };

describe('the dialog', () => {
  it('goes from looking to the plan, to writing, to the report, to the table', () => {
    expect(dialogOf(stateAfter(open))).toBe('surveying');
    expect(dialogOf(stateAfter(open, planned))).toBe('preview');
    expect(dialogOf(stateAfter(open, planned, yes))).toBe('writing');
    expect(dialogOf(stateAfter(open, planned, yes, report))).toBe('report');
    expect(dialogOf(stateAfter(open, planned, yes, report, back))).toBe('table');
  });

  it('is left by no, and what comes late opens nothing', () => {
    expect(dialogOf(stateAfter(open, back, planned))).toBe('table');
    expect(dialogOf(stateAfter(open, planned, back, report))).toBe('table');
  });

  it('is not left while it writes, and a second yes is none', () => {
    const writing = stateAfter(open, planned, yes);
    expect(dialogOf(reduce(writing, { kind: 'intended', intent: back }))).toBe('writing');
    expect(reduce(writing, { kind: 'intended', intent: yes })).toEqual(writing);
  });

  it('has nothing to say yes to before the plan is there, or when it is empty', () => {
    expect(dialogOf(stateAfter(open, yes))).toBe('surveying');
    const empty: Event = {
      kind: 'surveyed',
      survey: { kind: 'planned', plan: { ...reconcilePlan, places: [] } },
    };
    expect(dialogOf(stateAfter(open, empty, yes))).toBe('preview');
  });

  it('refuses with --read-only', () => {
    const state = reduce(initialState(defaultView, 2000, true), { kind: 'intended', intent: open });
    expect(dialogOf(state)).toBe('refused');
    expect(dialogOf(reduce(state, planned))).toBe('refused');
  });

  it('holds the plan it showed, whatever looks come meanwhile', () => {
    const state = stateAfter(open, planned, { kind: 'checked', drift: undefined }, yes);
    expect(state.mode).toMatchObject({ dialog: { kind: 'writing', plan: reconcilePlan } });
  });
});

it('only y says yes: Enter, Space, n, q and Esc do not', () => {
  const { mode } = stateAfter(open, planned);
  expect(press('y', mode)).toEqual(yes);
  for (const name of ['enter', 'n', 'q', 'escape']) expect(press(name, mode)).toEqual(back);
  for (const name of ['Y', 'space', 'x', 'R', 'tab']) expect(press(name, mode)).toBeUndefined();
  expect(intentOf({ kind: 'paste' }, mode)).toBeUndefined();
});

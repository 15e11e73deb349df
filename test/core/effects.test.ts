/** Effects of each key beyond the state: those of its action, and those that follow from it. */
import { describe, expect, it } from 'vitest';
import { actionsOf } from '../../source/screen/input/key-actions.ts';
import { bindings } from '../../source/screen/input/keys.ts';
import type { Effect } from '../../source/screen/state/effects.ts';
import type { Event } from '../../source/screen/state/events.ts';
import { reduce } from '../../source/screen/state/reduce.ts';
import { initialState, rowUnderCursor, type State } from '../../source/screen/state/state.ts';
import { endPlan, sweepPlan, sweepReport } from '../fixtures/end-plan.ts';
import { defaultView, nothingOf } from '../fixtures/nothing.ts';
import { reconcilePlan } from '../fixtures/reconcile-plan.ts';
import { snapshotOf, takenAt } from '../fixtures/snapshot.ts';
import { acted, applied, armed, ended, staged } from '../fixtures/states.ts';

const snapshot = snapshotOf();
const table = (readOnly = false) =>
  applied(initialState(defaultView, 2000, readOnly), { kind: 'polled', snapshot });
const row = rowUnderCursor(table())?.row;
const key = row?.key ?? '';
const [endKey = ''] = endPlan.targets.map(target => target.key);

const effectsOf = (state: State, event: Event) => reduce(state, event).effects;
/** The effects of a key, if only its action and its results happen. */
const press = (state: State, name: string) =>
  actionsOf({ kind: 'key', name, text: name.length === 1 ? name : undefined }, state.mode).flatMap(
    action => effectsOf(state, { kind: 'requested', action }),
  );
const opened = (state: State, dialog: (Event & { kind: 'opened' })['dialog']) =>
  armed(applied(state, { kind: 'opened', dialog }));

describe('in the table', () => {
  const shown = table().snapshot;
  const expected: Readonly<Record<string, readonly unknown[]>> = {
    x: [{ kind: 'plan', snapshot: shown, rows: [row], force: false }],
    X: [{ kind: 'plan', snapshot: shown, rows: [row], force: true }],
    f: [{ kind: 'freeze', snapshot: shown, rows: [row] }],
    S: [{ kind: 'plan signal', snapshot: shown, rows: [row] }],
    R: [{ kind: 'preview', of: 'reconcile' }, arm({ kind: 'previewing', what: 'reconcile' })],
    w: [{ kind: 'preview', of: 'sweep' }, arm({ kind: 'previewing', what: 'sweep' })],
    Q: [{ kind: 'preview', of: 'shutdown' }, arm({ kind: 'previewing', what: 'shutdown' })],
    a: [{ kind: 'attach', row }],
    enter: [{ kind: 'inspect', row, takenAt: snapshot.takenAt, aspect: 'detail', afterMs: 0 }],
    l: [{ kind: 'inspect', row, takenAt: snapshot.takenAt, aspect: 'log', afterMs: 0 }],
    v: [{ kind: 'notice', text: 'the split needs 140 columns, this terminal has 0' }],
    '7': [{ kind: 'notice', text: 'no other machines (--host HOST adds one)' }],
    e: [{ kind: 'remember' }],
    left: [{ kind: 'notice', text: 'nothing is grouped (b groups the rows)' }],
    right: [{ kind: 'notice', text: 'nothing is grouped (b groups the rows)' }],
    A: [{ kind: 'notice', text: 'alerts: bell' }],
    r: [{ kind: 'poll' }],
    Z: [{ kind: 'reschedule' }],
    '+': [fade('refresh every 5 s'), { kind: 'reschedule' }],
    '-': [fade('refresh every 1 s'), { kind: 'reschedule' }],
    F: [fade(`following ${row?.agentId}`)],
    'ctrl+l': [{ kind: 'redraw' }],
    'ctrl+z': [{ kind: 'suspend' }],
    q: [{ kind: 'quit' }],
  };

  for (const { keys, does, changes } of bindings) {
    const [name = ''] = keys;
    const effects = expected[name] ?? [];
    it(`${name}: ${does} → ${effects.map(each => Object(each).kind).join(', ') || 'nothing'}`, () => {
      for (const each of keys) expect(press(table(), each)).toEqual(effects);
      if (changes) expect(effects).not.toEqual([]);
    });
  }

  it('with --read-only no key with a change has an effect on the machine', () => {
    for (const { keys } of bindings.filter(each => each.changes))
      for (const name of keys)
        expect([name, press(table(true), name).map(each => each.kind)]).toEqual([name, ['arm']]);
  });

  it('a filter that begins to name ports polls at once', () => {
    const typing = acted(table(), { kind: 'filter' }, { kind: 'type', text: 'port' });
    expect(press(typing, 'x')).toEqual([]);
    expect(press(typing, ':')).toEqual([{ kind: 'poll' }]);
    expect(press(acted(typing, { kind: 'type', text: ':' }), '3')).toEqual([]);
  });

  it('x, f and S act on the tagged rows', () => {
    const tagged = acted(table(), { kind: 'tag' }, { kind: 'tag' });
    for (const name of ['x', 'f', 'S'])
      expect(press(tagged, name)).toMatchObject([{ rows: [{ key }, { key: expect.any(String) }] }]);
  });

  it('x, f and S report why there is nothing to act on', () => {
    const empty = applied(table(), { kind: 'polled', snapshot: snapshotOf([]) });
    const gone = [{ kind: 'notice', text: 'no row selected, or the row is gone' }];
    const begun = applied(table(), staged(key, { stage: 'gone' }, takenAt));
    const busy = [{ kind: 'notice', text: 'already being ended' }];
    for (const name of ['x', 'f', 'S'])
      expect([press(empty, name), press(begun, name)]).toEqual([gone, busy]);
  });
});

describe('y', () => {
  const end = { kind: 'end', plan: endPlan, force: true } as const;
  const sweep = { kind: 'sweep', plan: sweepPlan } as const;

  it('runs the open plan, and the countdown starts', () => {
    expect(press(opened(table(), end), 'y')).toEqual([end, { kind: 'tick' }]);
    expect(press(opened(table(), sweep), 'y')).toEqual([sweep, { kind: 'tick' }]);
  });

  it('runs a reconcile, whose dialog stays', () => {
    const plan = reconcilePlan;
    expect(press(opened(table(), { kind: 'preview', plan }), 'y')).toEqual([
      { kind: 'reconcile', plan },
      arm({ kind: 'writing', plan }),
    ]);
  });

  it('quits from the quit question', () => {
    expect(press(opened(table(), { kind: 'quit', endings: 1 }), 'y')).toEqual([{ kind: 'quit' }]);
  });

  it('only says to read the plan before the question is armed', () => {
    const { mode } = opened(table(), end);
    expect(press({ ...table(), mode: { ...mode, isArmed: false } as State['mode'] }, 'y')).toEqual([
      { kind: 'fade', notice: { text: 'read the plan first', mood: 'plain' } },
    ]);
  });

  it('equals Enter after the word of a shutdown', () => {
    const asked = (typed: string) =>
      press(opened(table(), { kind: 'shutdown', plan: sweepPlan, typed }), 'enter');
    expect(asked('shutdown')).toEqual([{ kind: 'shutdown', plan: sweepPlan }, { kind: 'tick' }]);
    expect(asked('shut')).toEqual([]);
  });
});

it('q asks before quitting during terminations, and quits when pressed again', () => {
  const ending = applied(table(), staged(key, { stage: 'gone' }, takenAt));
  expect(press(ending, 'q')).toEqual([arm({ kind: 'quit', endings: 1 })]);
  const asked = acted(ending, { kind: 'quit' });
  expect(press(asked, 'ctrl+c')).toEqual([{ kind: 'quit' }]);
});

it('a key about a row says that there is none, before the first poll nothing', () => {
  const none = [{ kind: 'notice', text: 'no row selected, or the row is gone' }];
  const polled: Event = { kind: 'polled', snapshot: snapshotOf([]) };
  const empty = applied(initialState(defaultView, 2000, false), polled);
  for (const name of ['enter', 'l', 'a', ' ', 'c', 'F']) {
    expect([name, press(empty, name)]).toEqual([name, none]);
    expect(press(initialState(defaultView, 2000, false), name)).toEqual([]);
  }
});

it('the menu of columns says that the agent is always shown', () => {
  const open = acted(table(), { kind: 'choose columns' }, { kind: 'move', by: 1 });
  expect(press(open, ' ')).toEqual([{ kind: 'notice', text: 'agent is always shown' }]);
});

describe('without a key', () => {
  const confirmed = acted(opened(table(), { kind: 'end', plan: endPlan, force: false }), {
    kind: 'confirm',
  });
  const tick: Event = { kind: 'ticked', at: takenAt };
  const finished: Event = {
    kind: 'finished',
    keys: [endKey],
    at: takenAt,
    notice: 'done',
    mood: 'good',
    said: ['done'],
    report: { kind: 'swept', report: sweepReport },
  };

  it('the countdown runs while any termination runs', () => {
    expect(effectsOf(confirmed, tick)).toEqual([{ kind: 'tick' }]);
    expect(effectsOf(applied(confirmed, ended(endKey, 'killed', takenAt)), tick)).toEqual([]);
  });

  it('a finished plan is followed by a poll and its report, unless another dialog is open', () => {
    expect(effectsOf(confirmed, finished)).toMatchObject([
      { kind: 'poll' },
      { kind: 'arm' },
      { kind: 'fade' },
    ]);
    const reading = acted(confirmed, { kind: 'help' });
    expect(effectsOf(reading, finished).map(({ kind }) => kind)).toEqual(['poll', 'fade']);
    expect(applied(reading, finished).mode.kind).toBe('help');
  });

  it('a row counts as being ended until its end is recorded', () => {
    const over = applied(confirmed, ended(endKey, 'killed', takenAt));
    expect([...over.unfinished]).toEqual([endKey]);
    expect([...applied(over, finished).unfinished]).toEqual([]);
  });

  it('a reconcile is followed by a poll', () => {
    const report = { outcomes: [], failures: [], written: [], backups: [], durationMs: 1 };
    expect(effectsOf(table(), { kind: 'reconciled', report })).toEqual([{ kind: 'poll' }]);
  });

  it('an open detail is inspected again after each poll, and after an inspection that a poll overtook', () => {
    const open = acted(table(), { kind: 'detail' });
    const later = { ...snapshot, takenAt: takenAt + 2000 };
    const inspect = { kind: 'inspect', takenAt: later.takenAt };
    const polled: Event = { kind: 'polled', snapshot: later };
    expect(effectsOf(open, polled)).toMatchObject([inspect]);
    const inspected: Event = { kind: 'inspected', inspection: nothingOf(key) };
    expect(effectsOf(applied(open, polled), inspected)).toMatchObject([inspect]);
    expect(effectsOf(table(), polled)).toEqual([]);
  });
});

function arm(dialog: (Effect & { kind: 'arm' })['dialog']): Effect {
  return { kind: 'arm', dialog };
}

function fade(text: string): Effect {
  return { kind: 'fade', notice: { text, mood: 'plain' } };
}

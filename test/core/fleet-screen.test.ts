/** Machines of a fleet on one screen: whose rows are shown as what, and what keys do to them. */
import { describe, expect, it } from 'vitest';
import type { Reading, Row } from '../../source/core/model/model.ts';
import { standardColumnsFor } from '../../source/core/rows/columns.ts';
import { selectRows } from '../../source/core/rows/describe.ts';
import { filterFault } from '../../source/core/rows/filter.ts';
import type { FarPlan } from '../../source/fleet/fleet.ts';
import { outcomeOfFar } from '../../source/screen/far-outcome.ts';
import type { Action } from '../../source/screen/state/actions.ts';
import { dialogOf } from '../../source/screen/state/dialog-mode.ts';
import type { Effect } from '../../source/screen/state/effects.ts';
import type { Event } from '../../source/screen/state/events.ts';
import { farRestMs } from '../../source/screen/state/inspecting.ts';
import type { FarRequest } from '../../source/screen/state/plan-steps.ts';
import { reduce } from '../../source/screen/state/reduce.ts';
import { initialState, type State } from '../../source/screen/state/state.ts';
import { layOut } from '../../source/text/table.ts';
import { endPlan } from '../fixtures/end-plan.ts';
import {
  builder,
  devbox,
  farPlan,
  fleetHost,
  gpu,
  hostState,
  hosts,
  lost,
  polledWith,
  steady,
} from '../fixtures/fleet.ts';
import { defaultView } from '../fixtures/nothing.ts';
import { agentRow, snapshotOf, takenAt } from '../fixtures/snapshot.ts';
import { applied, armed, fitted } from '../fixtures/states.ts';

const own = agentRow('own-1', 'working', { class: 'live' });
const local = snapshotOf([own]);
const size = { columns: 120, rows: 40 };

function screen(event: Event = polledWith(undefined, { local }), readOnly = false): State {
  return fitted(applied(initialState(defaultView, 2000, readOnly), event), size);
}

/** The state and effects after events and actions. */
function stepped(state: State, ...steps: readonly (Event | Action)[]) {
  const effects: Effect[] = [];
  let last = state;
  for (const each of steps) {
    const isEvent = ['polled', 'far planned', 'opened', 'finished', 'armed'].includes(each.kind);
    const event = isEvent
      ? (each as Event)
      : ({ kind: 'requested', action: each as Action } as const);
    const next = reduce(last, event);
    last = next.state;
    effects.push(...next.effects);
  }
  return { state: last, effects };
}

const kinds = (effects: readonly Effect[]) => effects.map(({ kind }) => kind);
const rowOf = (state: State, id: string) => state.snapshot?.rows.find(each => each.agentId === id);
const onRow = (state: State, id: string): Action => ({
  kind: 'put cursor',
  key: rowOf(state, id)?.key ?? '',
});
const end: Action = { kind: 'end', force: false };
const requests = (effects: readonly Effect[]): readonly FarRequest[] =>
  effects.flatMap(each => (each.kind === 'plan far' ? [each.request] : []));
const notices = (effects: readonly Effect[]) =>
  effects.flatMap(each => (each.kind === 'notice' ? [each.text] : []));
const classes = ({ snapshot }: State) =>
  Object.fromEntries((snapshot?.rows ?? []).map(row => [row.agentId, row.class]));

describe('rows of several machines', () => {
  it('are one table, sorted by trouble, with the machine of each', () => {
    const { snapshot } = screen();
    const placed = selectRows(snapshot ?? local, { ...defaultView, sort: 'class' });
    expect(placed.map(({ row }) => [row.far?.host, row.agentId, row.class])).toEqual([
      ['devbox', 'builder-1', 'live'],
      ['local', 'own-1', 'live'],
      ['gpu-7', 'trainer-3', 'undead'],
      ['devbox', 'lost-2', 'ghost'],
    ]);
    expect(snapshot?.totals).toMatchObject({ live: 2, undead: 1, ghost: 1 });
  });

  it('of a silent machine are unknown, never ghosts, and count for nothing', () => {
    const silent = hostState('devbox', [builder, lost], { isStale: true });
    const state = screen(polledWith([silent, gpu], { local }));
    expect(classes(state)).toMatchObject({ 'builder-1': 'unknown', 'lost-2': 'unknown' });
    expect(state.snapshot?.totals).toMatchObject({ ghost: 0, unknown: 2 });
    expect(state.snapshot?.totals.rssBytes).toBe(
      local.totals.rssBytes + (gpu.last?.far.snapshot.totals.rssBytes ?? 0),
    );
    expect(state.hosts?.find(({ name }) => name === 'devbox')?.state).toBe('silent');
    // What one machine does not tell makes no other machine's rows doubtful.
    expect(state.snapshot?.problems.map(({ unread }) => unread)).toEqual([false]);
  });

  it('of this machine are left out where it is not one of the hosts', () => {
    const among = hosts.filter(({ name }) => name !== 'local');
    const state = screen(polledWith(undefined, { local, among }));
    expect(rowOf(state, 'own-1')).toBeUndefined();
    expect(state.snapshot?.vitals).toBeUndefined();
  });

  it('are neither new nor alarming when their machine is heard for the first time', () => {
    const before = screen(polledWith([hostState('devbox', undefined), gpu], { local }));
    const later = polledWith([devbox, gpu], { local, at: takenAt + 2000 });
    const { state } = stepped(before, later);
    expect(rowOf(state, 'lost-2')?.mark).toBeUndefined();
    expect(state.alarms.raised).toEqual([]);
    const worse = hostState('devbox', [{ ...builder, class: 'ghost' }, lost]);
    const next = stepped(state, polledWith([worse, gpu], { local, at: takenAt + 4000 }));
    expect(next.state.alarms.raised).toEqual(['builder-1 on devbox is a ghost']);
  });

  it('form one deploy tree for each machine', () => {
    const parent = agentRow('lead', 'working', { class: 'live' });
    const child = agentRow('helper', 'working', { class: 'live', parent: 'lead' });
    const states = [hostState('devbox', [parent]), hostState('gpu-7', [child])];
    const { snapshot } = screen(polledWith(states, { local: snapshotOf([]) }));
    const placed = selectRows(snapshot ?? local, { ...defaultView, tree: true });
    expect(placed.map(({ level }) => level)).toEqual([0, 0]);
  });

  it('can be grouped by machine', () => {
    const { state } = stepped(screen(), { kind: 'group' });
    expect(state.grouping).toBe('host');
    expect(
      stepped(screen({ kind: 'polled', snapshot: local }), { kind: 'group' }).state.grouping,
    ).toBe('task');
  });

  it('are found by host:, and an unknown term is refused as others are', () => {
    const { snapshot } = screen();
    const found = selectRows(snapshot ?? local, { ...defaultView, filter: 'host:devbox' });
    expect(found.map(({ row }) => row.agentId)).toEqual(['builder-1', 'lost-2']);
    expect(filterFault('host:devbox,gpu')).toBeUndefined();
    expect(filterFault('hots:devbox')).toContain('did you mean host:devbox?');
    expect(filterFault('host>devbox')).toContain('host takes ":"');
  });

  it('that have ended are asked for at once when the filter names them', () => {
    const polls = (state: State, text: string) =>
      kinds(stepped(state, { kind: 'filter' }, { kind: 'type', text }).effects);
    expect(polls(screen(), 'class:ended')).toContain('poll');
    expect(polls(screen(), '!class:ended')).not.toContain('poll');
    expect(polls(screen({ kind: 'polled', snapshot: local }), 'class:ended')).not.toContain('poll');
  });

  it('have a column for the machine at every width, only with several', () => {
    for (const width of [77, 97, 137, 197]) {
      const names = (columns: ReturnType<typeof standardColumnsFor>) =>
        layOut(width, columns).map(({ name }) => name);
      expect(names(standardColumnsFor({ hosts: ['local', 'devbox'] }))).toContain('host');
      expect(names(standardColumnsFor({ hosts: ['devbox'] }))).not.toContain('host');
      expect(names(standardColumnsFor())).not.toContain('host');
    }
  });
});

const planned = (request: FarRequest | undefined, answer: Reading<FarPlan>): Event => ({
  kind: 'far planned',
  request: request as FarRequest,
  planned: answer,
});

describe('ending rows of another machine', () => {
  it('asks that machine for the plan, shows it, and confirms it alone', () => {
    const table = screen();
    const asked = stepped(table, onRow(table, 'builder-1'), end);
    expect(dialogOf(asked.state)?.kind).toBe('far planning');
    const [request] = requests(asked.effects);
    expect(request).toMatchObject({ host: 'devbox', verb: 'kill', force: false });
    expect(request?.rows.map(({ far }) => far)).toEqual([
      { host: 'devbox', bootId: 'boot of devbox', key: builder.key },
    ]);
    const { plan } = farPlan('devbox');
    const shown = stepped(asked.state, planned(request, { ok: true, value: plan }));
    // Not before it could be read.
    expect(kinds(stepped(shown.state, { kind: 'confirm' }).effects)).not.toContain('far');
    const confirmed = stepped(armed(shown.state), { kind: 'confirm' });
    expect(kinds(confirmed.effects)).toContain('far');
    expect(kinds(confirmed.effects)).not.toContain('drop far');
    expect(confirmed.state.endings.get(rowOf(table, 'builder-1')?.key ?? '')).toEqual({
      stage: 'waiting',
    });
  });

  it('shows the stage that its vigil reports, then the outcome', () => {
    const table = screen();
    const { plan } = farPlan('devbox');
    const asked = stepped(table, onRow(table, 'builder-1'), end);
    const [request] = requests(asked.effects);
    const shown = stepped(asked.state, planned(request, { ok: true, value: plan }));
    const confirmed = stepped(armed(shown.state), { kind: 'confirm' }).state;
    const escalation = { stage: 'terminating', attempt: 2, of: 3, deadline: takenAt } as const;
    const ending = hostState('devbox', [{ ...builder, escalation }, lost]);
    const later = stepped(
      confirmed,
      polledWith([ending, gpu], { local, at: takenAt + 1000 }),
    ).state;
    expect(rowOf(later, 'builder-1')?.escalation).toEqual(escalation);
    const finished = outcomeOfFar(request as FarRequest, {
      kind: 'known',
      code: 0,
      lines: [],
      messages: [],
      document: { targets: [{ target: builder.key, outcome: 'killed', durationMs: 3600 }] },
    });
    expect(finished).toMatchObject({ mood: 'good', notice: 'builder-1 on devbox killed in 3.6 s' });
    const keys = [rowOf(table, 'builder-1')?.key ?? ''];
    const done = stepped(later, { kind: 'finished', keys, at: takenAt + 2000, ...finished }).state;
    expect(rowOf(done, 'builder-1')?.escalation).toMatchObject({ stage: 'killed' });
    expect(done.log.at(-1)).toContain('builder-1 on devbox killed in 3.6 s');
  });

  it('m gives it a reason, where the vigil there takes one', () => {
    const table = screen();
    const asked = stepped(table, onRow(table, 'builder-1'), end);
    const [request] = requests(asked.effects);
    const shown = (more: Partial<FarPlan>) =>
      armed(
        stepped(asked.state, planned(request, { ok: true, value: farPlan('devbox', more).plan }))
          .state,
      );
    const reason: Action = { kind: 'reason' };
    const typed = stepped(shown({ takesReason: true }), reason, { kind: 'type', text: 'yes' });
    // While it is typed, nothing is confirmed.
    expect(kinds(stepped(typed.state, { kind: 'confirm' }).effects)).not.toContain('far');
    const { effects } = stepped(typed.state, { kind: 'accept' }, { kind: 'confirm' });
    expect(effects).toContainEqual(
      expect.objectContaining({ kind: 'far', reason: { text: 'yes', isTyped: false } }),
    );
    const without = stepped(shown({}), reason);
    expect(notices(without.effects)).toEqual([
      'the vigil on devbox is too old to be given a reason',
    ]);
    expect(kinds(stepped(without.state, { kind: 'confirm' }).effects)).toContain('far');
    const nothing = stepped(shown({ questions: [] }), reason);
    expect(notices(nothing.effects)).toEqual([]);
  });

  it('opens one plan after the other for a selection over several machines', () => {
    const table = screen();
    const tags = ['builder-1', 'trainer-3', 'own-1'].flatMap((id): Action[] => [
      onRow(table, id),
      { kind: 'tag' },
    ]);
    const first = stepped(table, ...tags, end);
    // This machine's plan is first; nothing is asked of the others yet.
    expect(first.effects.map(({ kind }) => kind)).toEqual(['plan']);
    expect(first.effects).toMatchObject([{ rows: [{ agentId: 'own-1' }] }]);
    const opened = stepped(first.state, {
      kind: 'opened',
      dialog: { kind: 'end', plan: endPlan, force: false },
    });
    expect(requests(opened.effects)).toEqual([]);
    const second = stepped(armed(opened.state), { kind: 'confirm' });
    expect(kinds(second.effects)).toContain('end');
    expect(requests(second.effects).map(({ host }) => host)).toEqual(['devbox']);
    const third = stepped(second.state, { kind: 'back' });
    expect(requests(third.effects).map(({ host }) => host)).toEqual(['gpu-7']);
    const last = stepped(third.state, { kind: 'back' });
    expect(requests(last.effects)).toEqual([]);
    expect(last.state.mode.kind).toBe('table');
  });

  it('drops a plan that is cancelled, and one that comes too late', () => {
    const table = screen();
    const asked = stepped(table, onRow(table, 'builder-1'), end);
    const [request] = requests(asked.effects);
    const answer = { ok: true, value: farPlan('devbox').plan } as const;
    const shown = stepped(asked.state, planned(request, answer));
    expect(kinds(stepped(shown.state, { kind: 'back' }).effects)).toEqual(['drop far']);
    const closed = stepped(asked.state, { kind: 'back' });
    const late = stepped(closed.state, planned(request, answer));
    expect(kinds(late.effects)).toEqual(['drop far']);
    expect(late.state.mode.kind).toBe('table');
  });

  it('says why there is no plan', () => {
    const table = screen();
    const asked = stepped(table, onRow(table, 'builder-1'), end);
    const [request] = requests(asked.effects);
    const shown = stepped(asked.state, planned(request, { ok: false, reason: 'connection lost' }));
    expect(dialogOf(shown.state)).toEqual({
      kind: 'refused',
      reasons: ['devbox: connection lost'],
    });
  });

  it('is refused where the machine is read-only, silent or not connected', () => {
    const ask = (state: State) => stepped(state, onRow(state, 'builder-1'), end);
    const refusal = (state: State) => {
      const { effects } = ask(state);
      expect(requests(effects)).toEqual([]);
      return notices(effects);
    };
    const readOnly = hostState('devbox', [builder], { readOnly: true });
    const among = hosts.map(each => (each.name === 'devbox' ? fleetHost('devbox', true) : each));
    expect(refusal(screen(polledWith([readOnly, gpu], { local, among })))).toEqual([
      'devbox is read-only: nothing is changed there',
    ]);
    const silent = hostState('devbox', [builder], { isStale: true });
    expect(refusal(screen(polledWith([silent, gpu], { local })))).toEqual([
      'devbox cannot be reached, so nothing is changed there: it is silent',
    ]);
    const contact = { kind: 'failed', at: steady, reason: 'no route', retryAt: steady } as const;
    expect(
      refusal(screen(polledWith([hostState('devbox', [builder], { contact }), gpu], { local }))),
    ).toEqual(['devbox cannot be reached, so nothing is changed there: no route']);
    const whole = screen(polledWith(undefined, { local }), true);
    expect(dialogOf(ask(whole).state)?.kind).toBe('refused');
  });

  it('does not hold up the end of vigil: it goes on there', () => {
    const table = screen();
    const asked = stepped(table, onRow(table, 'builder-1'), end);
    const [request] = requests(asked.effects);
    const shown = stepped(
      asked.state,
      planned(request, { ok: true, value: farPlan('devbox').plan }),
    );
    const confirmed = stepped(armed(shown.state), { kind: 'confirm' }).state;
    expect(kinds(stepped(confirmed, { kind: 'quit' }).effects)).toEqual(['quit']);
  });
});

describe('other keys', () => {
  it('w, R and Q are about the machine of the row under the cursor', () => {
    const table = screen();
    const there = stepped(table, onRow(table, 'trainer-3'), { kind: 'sweep' });
    expect(requests(there.effects)).toMatchObject([{ host: 'gpu-7', verb: 'sweep', rows: [] }]);
    const here = stepped(table, onRow(table, 'own-1'), { kind: 'sweep' });
    expect(here.effects).toContainEqual({ kind: 'preview', of: 'sweep' });
  });

  it('of a heading are about the machine of its rows, and about none if there are several', () => {
    const grouped = stepped(screen(), { kind: 'group' }, { kind: 'put cursor', key: 'host:gpu-7' });
    const there = stepped(grouped.state, { kind: 'sweep' });
    expect(requests(there.effects)).toMatchObject([{ host: 'gpu-7' }]);
    const byTask = stepped(grouped.state, { kind: 'group' }, { kind: 'jump', to: 'first' });
    const several = stepped(byTask.state, { kind: 'sweep' });
    expect(requests(several.effects)).toEqual([]);
    expect(notices(several.effects)).toEqual([
      'sweep: select a row of the machine that it is about',
    ]);
  });

  it('a far shutdown is confirmed by typing its word', () => {
    const table = screen();
    const asked = stepped(table, onRow(table, 'trainer-3'), { kind: 'shutdown' });
    const [request] = requests(asked.effects);
    const questions = [{ text: 'all?', word: 'shutdown' }];
    const { plan } = farPlan('gpu-7', { questions, takesReason: true });
    const shown = armed(stepped(asked.state, planned(request, { ok: true, value: plan })).state);
    expect(kinds(stepped(shown, { kind: 'confirm' }).effects)).not.toContain('far');
    const typed = stepped(shown, { kind: 'type', text: 'shutdown' }, { kind: 'confirm' });
    expect(kinds(typed.effects)).toContain('far');
    // As on this machine.
    expect(stepped(shown, { kind: 'reason' }).state.mode).toBe(shown.mode);
  });

  it('that work on this machine alone say so', () => {
    const table = screen();
    const say = (action: Action) => {
      const { state, effects } = stepped(table, onRow(table, 'builder-1'), action);
      expect(state.mode.kind).toBe('table');
      return notices(effects);
    };
    expect(say({ kind: 'freeze' })).toEqual(['freezing works on this machine only, not on devbox']);
    expect(say({ kind: 'signal' })).toEqual([
      'sending a signal works on this machine only, not on devbox',
    ]);
  });

  it('a local plan knows the rows of this machine alone', () => {
    const table = screen();
    const { effects } = stepped(table, onRow(table, 'own-1'), end);
    const [plan] = effects.flatMap(each => (each.kind === 'plan' ? [each] : []));
    expect(plan?.snapshot.rows.map((row: Row) => row.agentId)).toEqual(['own-1']);
  });

  it('Enter and l read the row on its machine, again after each poll', () => {
    const table = screen();
    const wanted = (effects: readonly Effect[]) =>
      effects.flatMap(each => (each.kind === 'inspect' ? [[each.row.key, each.aspect]] : []));
    const key = `devbox ${builder.key}`;
    for (const [action, aspect] of [
      [{ kind: 'detail' }, 'detail'],
      [{ kind: 'log' }, 'log'],
    ] as const) {
      const { state, effects } = stepped(table, onRow(table, 'builder-1'), action);
      expect(wanted(effects)).toEqual([[key, aspect]]);
      const later = stepped(state, polledWith(undefined, { local, at: takenAt + 2000 }));
      expect(wanted(later.effects)).toEqual([[key, aspect]]);
      const closed = stepped(later.state, { kind: 'back' }).state;
      const without = stepped(closed, polledWith(undefined, { local, at: takenAt + 4000 }));
      expect(wanted(without.effects)).toEqual([]);
    }
  });

  it('a row beside the table is read on its machine once the cursor rests', () => {
    const wide = fitted(screen(), { columns: 200, rows: 40 });
    const { state } = stepped(wide, onRow(wide, 'own-1'), { kind: 'split' }, { kind: 'split' });
    const { effects } = stepped(state, onRow(state, 'builder-1'));
    expect(effects).toMatchObject([{ kind: 'inspect', aspect: 'log', afterMs: farRestMs }]);
  });

  it('7 lists the machines, Enter shows the rows of one, r connects again', () => {
    const contact = { kind: 'failed', at: steady, reason: 'no route', retryAt: steady } as const;
    const table = screen(polledWith([hostState('devbox', undefined, { contact }), gpu], { local }));
    const listed = stepped(table, { kind: 'tab', tab: 'Fleet' }, { kind: 'move', by: 1 });
    expect(stepped(listed.state, { kind: 'refresh' }).effects).toContainEqual({
      kind: 'retry hosts',
      names: ['devbox'],
    });
    const chosen = stepped(listed.state, { kind: 'detail' }).state;
    expect([chosen.tab, chosen.view.filter]).toEqual(['All', 'host:devbox']);
    const alone = screen({ kind: 'polled', snapshot: local });
    const without = stepped(alone, { kind: 'tab', tab: 'Fleet' });
    expect(without.state.tab).toBe('All');
    expect(notices(without.effects)).toEqual(['no other machines (--host HOST adds one)']);
  });
});

describe('the outcome on another machine', () => {
  const table = screen();
  const request: FarRequest = {
    host: 'devbox',
    verb: 'kill',
    force: false,
    rows: [rowOf(table, 'builder-1') as Row],
  };
  const outcome = { kind: 'known', code: 1, lines: [], messages: [] } as const;

  it('is bad where something survived, and says what is wrong', () => {
    const document = { targets: [{ target: builder.key, outcome: 'survived', durationMs: 9000 }] };
    const messages = ['pid 7001 is still running'];
    expect(outcomeOfFar(request, { ...outcome, document, messages })).toMatchObject({
      mood: 'bad',
      notice: 'builder-1 on devbox survived after 9.0 s, devbox: pid 7001 is still running',
    });
  });

  it('says once that something has started it again', () => {
    const errors = ['restarted: session agent_builder-1 exists again'];
    const document = { targets: [{ target: builder.key, outcome: 'vanished', errors }] };
    const notice = 'builder-1 on devbox vanished: restarted: session agent_builder-1 exists again';
    expect(outcomeOfFar(request, { ...outcome, document })).toMatchObject({ mood: 'bad', notice });
    const messages = [`builder-1: ${errors[0]}`];
    expect(outcomeOfFar(request, { ...outcome, document, messages }).notice).toBe(
      `builder-1 on devbox vanished, devbox: ${messages[0]}`,
    );
  });

  it('is unknown where the machine could not be reached again', () => {
    expect(outcomeOfFar(request, { ...outcome, kind: 'lost' }).notice).toBe(
      'devbox: the outcome is not known: it could not be reached again (vigil log there has it)',
    );
  });

  it('takes no garbage for an outcome', () => {
    for (const document of [
      undefined,
      null,
      7,
      [],
      { targets: 'x' },
      { targets: [null, { target: 1 }] },
    ])
      expect(outcomeOfFar(request, { ...outcome, document }).outcomes?.size).toBe(0);
  });

  it('is named where the log tells no more than the whole', () => {
    const done = { ...outcome, code: 0 };
    expect(outcomeOfFar(request, done).notice).toBe('builder-1 on devbox: done');
    const two = { ...request, rows: [...request.rows, ...request.rows] };
    expect(outcomeOfFar(two, outcome).notice).toBe('2 targets on devbox: incomplete');
  });

  it('of a sweep opens its report', () => {
    const swept = outcomeOfFar({ ...request, verb: 'sweep', rows: [] }, { ...outcome, code: 0 });
    expect(swept).toMatchObject({ notice: 'sweep on devbox: done', report: { kind: 'far done' } });
  });
});

/** An event and the state yield the next state, and effects. Pure. */
import type { Row } from '../../core/model/model.ts';
import { nameOf, showsEnded } from '../../core/rows/describe.ts';
import { needsPorts } from '../../core/rows/filter.ts';
import { act } from './act.ts';
import { alarmText, nextAlarms } from './alarms.ts';
import { pinned, withCursor } from './cursor.ts';
import { isSameQuestion, nextDialog } from './dialog.ts';
import { armed, dialogOf, inDialog, opened, withoutTooEarly } from './dialog-mode.ts';
import { type Effect, type Step, step } from './effects.ts';
import {
  afterEvent,
  eventMessages,
  isStale,
  logged,
  stillShown,
  underWay,
  withOutcomes,
  withoutWaiting,
} from './endings.ts';
import type { Event } from './events.ts';
import { droppedPlan, farPlanned, withNextPlan } from './far-verbs.ts';
import { stillFollowed } from './follow.ts';
import { nextHistories } from './growth.ts';
import { inspectionDue } from './inspecting.ts';
import { nextMarks } from './marks.ts';
import { withShownRows } from './shown-rows.ts';
import { signalMenu } from './signal-menu.ts';
import { inMode, type State } from './state.ts';
import { stillTagged } from './tags.ts';
import { nextTrends } from './trends.ts';
import { withNotice } from './with-notice.ts';

/** The next state, with the cursor kept on its row and inside the window, and the effects. */
export function reduce(before: State, event: Event): Step {
  const { state, effects } = withNextPlan(before, reduceEvent(before, event));
  const after = withoutTooEarly(stillFollowed(state, event));
  const dropped = droppedPlan(before, { state: after, effects });
  return { state: after, effects: [...effects, ...dropped, ...dueEffects(before, after, event)] };
}

function reduceEvent(state: State, event: Event): Step {
  switch (event.kind) {
    case 'polled':
      return step(applySnapshot(state, event));
    case 'measured': {
      const { windowRows, overlayRows, columns, matches } = event;
      return step(withCursor({ ...state, windowRows, overlayRows, columns, matches }));
    }
    case 'opened':
      return step(opened(state, event.dialog));
    case 'signal planned':
      return step(inMode(state, { kind: 'signals', ...signalMenu(event.plan, event.resumed) }));
    case 'far planned':
      return farPlanned(state, event);
    case 'armed':
      return step(armed(state, event.dialog));
    case 'ticked':
      return step({ ...state, now: event.at });
    case 'progressed': {
      const endings = afterEvent(state.endings, event.event, event.clock);
      const said = eventMessages(event.event, key => nameOfKey(state, key));
      return step(applyEvents({ ...state, endings }, said, event.clock.wall));
    }
    case 'finished': {
      const { keys, at, notice, mood, said, report, outcomes } = event;
      const endings = withOutcomes(withoutWaiting(state.endings, keys), outcomes, at);
      const unfinished = new Set([...state.unfinished].filter(key => !keys.includes(key)));
      const isFree = report !== undefined && state.mode.kind === 'table';
      const noticed = { ...state, endings, unfinished, notice: { text: notice, mood } };
      const next = applyEvents(noticed, said, at);
      return step(isFree ? opened(next, report) : next, { kind: 'poll' });
    }
    case 'inspected':
      return step({ ...state, inspection: event.inspection });
    case 'noticed': {
      const { notice, mood, at } = event;
      return step({ ...withNotice(state, notice, at, mood), now: at });
    }
    case 'faded':
      return step(state.notice === event.notice ? { ...state, notice: undefined } : state);
    case 'remembered':
      return step({ ...state, remembered: event.lines });
    case 'reconcile previewed':
    case 'sweep previewed':
      return step(inDialog(state, dialog => nextDialog(dialog, event)));
    case 'reconciled':
      return step(
        inDialog(state, dialog => nextDialog(dialog, event)),
        { kind: 'poll' },
      );
    case 'requested': {
      const { state: next, effects } = act(pinned(state, event.action), event.action);
      return step(withCursor(next), ...effects);
    }
  }
}

/** Effects that the new state requires, whatever led to it. */
function dueEffects(before: State, after: State, event: Event): readonly Effect[] {
  const due: Effect[] = [];
  const dialog = dialogOf(after);
  const earlier = dialogOf(before);
  if (dialog !== undefined && !(earlier !== undefined && isSameQuestion(dialog, earlier)))
    due.push({ kind: 'arm', dialog });
  const isBegun = event.kind === 'ticked' || underWay(before.endings) === 0;
  if (isBegun && underWay(after.endings) > 0) due.push({ kind: 'tick' });
  if (after.notice !== undefined && after.notice !== before.notice)
    due.push({ kind: 'fade', notice: after.notice });
  const { alert, alarms } = after;
  if (event.kind === 'polled' && alert !== 'off' && alarms.raised.length > 0)
    due.push({ kind: 'alert', way: alert, text: alarmText(alarms.raised) });
  if (before.paused !== after.paused || before.intervalMs !== after.intervalMs)
    due.push({ kind: 'reschedule' });
  const { filter } = after.view;
  // Of other machines they are asked for with a poll.
  if (after.hosts !== undefined && showsEnded(after.view) && !showsEnded(before.view))
    due.push({ kind: 'poll' });
  if (filter !== before.view.filter && needsPorts(filter) && !needsPorts(before.view.filter))
    due.push({ kind: 'poll' });
  return [...due, ...inspectionDue(before, after, event)];
}

function nameOfKey({ snapshot }: State, key: string): string {
  const row = snapshot?.rows.find(each => each.key === key);
  return row === undefined ? key : nameOf(row);
}

/** Outcomes are shown for a while; then the rows are as polled. */
function applySnapshot(
  state: State,
  { snapshot, deadEntries = 0, guard, hosts }: Event & { kind: 'polled' },
): State {
  const endings = stillShown(state.endings, snapshot.takenAt);
  const isFirst = isFirstWord(state.hosts);
  const marks = nextMarks({ ...state, isFirst }, snapshot, endings);
  const histories = nextHistories(state.histories, snapshot);
  const trends = nextTrends(state.trends, snapshot);
  const isEnding = (key: string) => endings.has(key) || state.unfinished.has(key);
  // Their entries are closed with their outcome: until then there is nothing to reconcile.
  const closing = snapshot.rows.filter(
    ({ far, class: verdict, key }) => far === undefined && verdict === 'ghost' && isEnding(key),
  );
  const dead = Math.max(0, deadEntries - closing.length);
  const read = { endings, guard, hosts, marks, histories, trends, read: snapshot };
  const next = withShownRows({ ...state, ...read, deadEntries: dead });
  const rows = next.snapshot?.rows ?? [];
  const isBusy = underWay(endings) > 0;
  const alarms = nextAlarms(state.alarms, snapshot, rows, { isEnding, isBusy, isFirst });
  return { ...next, alarms, tagged: stillTagged(next.tagged, snapshot, rows) };
}

/** Whether a row is of a machine that was not heard before: its rows were there before. */
function isFirstWord(before: State['hosts']): ((row: Row) => boolean) | undefined {
  if (before === undefined) return undefined;
  const known = before.filter(({ heardAt }) => heardAt !== undefined).map(({ name }) => name);
  const heard = new Set(known);
  return ({ far }) => far !== undefined && !heard.has(far.host);
}

/** Adds the results of terminations to the rows, the log, and any question about them. */
function applyEvents(state: State, said: readonly string[], at: number): State {
  return withShownRows({
    ...state,
    mode: isStale(state.mode, state.endings, state.snapshot?.rows) ? { kind: 'table' } : state.mode,
    now: at,
    log: logged(state.log, said, at),
  });
}

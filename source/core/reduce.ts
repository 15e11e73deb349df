/** Events and actions folded into the state. Pure. */

import type { Action } from './actions.ts';
import { moved, withCursor } from './cursor.ts';
import { type SortColumn, sortColumns } from './describe.ts';
import {
  answerTo,
  type Dialog,
  isSameQuestion,
  mayLeave,
  nextDialog,
  openedDialog,
  typed,
} from './dialog.ts';
import { isStale, logged, shownMs, stillShown, withEndings } from './endings.ts';
import type { Event } from './events.ts';
import { stillFollowed, toggleFollow } from './follow.ts';
import { nextHistories, withGrowth } from './growth.ts';
import { withKeptRows } from './kept-rows.ts';
import { nextMarks, withMarks } from './marks.ts';
import type { Snapshot } from './model.ts';
import { nextInterval } from './pace.ts';
import { rowUnderCursor, type State } from './state.ts';
import { tabs } from './tabs.ts';
import { familyOf, stillTagged, toggled } from './tags.ts';

/** The next state; the cursor stays on its row's identity and inside the window. */
export function reduce(state: State, event: Event): State {
  return stillFollowed(folded(state, event), event);
}

function folded(state: State, event: Event): State {
  switch (event.kind) {
    case 'looked':
      return looked(state, event.snapshot);
    case 'resized':
      return withCursor({ ...state, windowRows: Math.max(1, event.windowRows) });
    case 'opened':
      return { ...state, mode: { kind: 'dialog', dialog: event.dialog, top: 0 } };
    case 'armed':
      return armed(state, event.dialog);
    case 'ending':
      return withShown({
        ...state,
        mode: isStale(state.mode, event.endings) ? { kind: 'table' } : state.mode,
        endings: event.endings,
        now: event.at,
        log: logged(state.log, event.said, event.at),
        notice: event.notice ?? state.notice,
      });
    case 'inspected':
      return { ...state, inspection: event.inspection };
    case 'noticed':
      return {
        ...state,
        notice: event.notice,
        now: event.at,
        log: logged(state.log, [event.notice], event.at),
      };
    case 'checked':
      return { ...state, drift: event.drift };
    case 'surveyed':
    case 'left-overs found':
    case 'reconciled':
      return inDialog(state, dialog => nextDialog(dialog, event));
    case 'requested':
      return withCursor(follow(state, event.action, event.overlayLines ?? 0));
  }
}

/** What came of endings is shown for a while, then the rows are as the machine has them. */
function looked(state: State, snapshot: Snapshot): State {
  const endings = stillShown(state.endings, snapshot.takenAt);
  const isOld = snapshot.takenAt - (state.now ?? 0) > shownMs;
  const notice = isOld ? undefined : state.notice;
  const shown = new Set(state.snapshot?.rows.map(row => row.key));
  const marks = nextMarks(state.read, snapshot, state.marks, state.intervalMs, endings, shown);
  const histories = nextHistories(state.histories, snapshot);
  const next = withShown({ ...state, endings, notice, marks, histories, read: snapshot });
  return { ...next, tagged: stillTagged(state.tagged, snapshot, next.snapshot?.rows ?? []) };
}

/** What the screen shows of a look: its rows with what is being ended, has come or gone, and grows. */
function withShown(state: State): State {
  const { read, endings, marks, histories } = state;
  if (read === undefined) return withCursor(state);
  const grown = withGrowth(read.rows, histories, read);
  const kept = withKeptRows(withMarks(grown, marks), state.snapshot?.rows ?? [], endings);
  const rows = withEndings(kept, endings);
  return withCursor({ ...state, snapshot: { ...read, rows } });
}

function follow(state: State, action: Action, overlayLines: number): State {
  switch (action.kind) {
    case 'move':
      return moved(state, action.by, overlayLines);
    case 'put cursor':
      return { ...state, cursor: { ...state.cursor, key: action.key } };
    case 'page':
      return moved(state, action.by * Math.max(1, state.windowRows - 1), overlayLines);
    case 'jump':
      return moved(state, action.to === 'first' ? -Infinity : Infinity, overlayLines);
    case 'filter':
      return { ...state, mode: { kind: 'filter' } };
    case 'type':
      return written(state, text => text + action.text);
    case 'erase':
      return written(state, text => [...text].slice(0, -1).join(''));
    case 'erase all':
      return written(state, () => '');
    case 'accept':
      return accepted(state);
    case 'reconcile':
    case 'sweep':
    case 'shutdown': {
      const dialog = openedDialog(action.kind, state.readOnly);
      return { ...state, mode: { kind: 'dialog', dialog, top: 0 } };
    }
    case 'confirm':
      if (state.mode.kind === 'dialog' && state.mode.isArmed !== true) return state;
      if (state.mode.kind === 'dialog' && answerTo(state.mode.dialog).next === undefined)
        return { ...state, mode: { kind: 'table' }, tagged: new Set() };
      return inDialog(state, dialog => answerTo(dialog).next ?? dialog);
    case 'tag':
      return tagged(state);
    case 'tag family':
      return familyTagged(state);
    case 'untag all':
      return { ...state, tagged: new Set() };
    case 'back':
      if (state.mode.kind === 'dialog' && !mayLeave(state.mode.dialog)) return state;
      if (state.mode.kind === 'filter' || state.mode.kind === 'table')
        return filtered({ ...state, mode: { kind: 'table' } }, '');
      return { ...state, mode: { kind: 'table' } };
    case 'tab':
      return { ...state, tab: action.tab, top: 0 };
    case 'next tab': {
      const index = (tabs.indexOf(state.tab) + action.by + tabs.length) % tabs.length;
      return { ...state, tab: tabs[index] ?? 'All', top: 0 };
    }
    case 'tree':
      return { ...state, view: { ...state.view, tree: !state.view.tree } };
    case 'invert':
      return { ...state, view: { ...state.view, reverse: !state.view.reverse } };
    case 'choose sort':
      return { ...state, mode: { kind: 'sort', index: sortColumns.indexOf(state.view.sort) } };
    case 'sort':
      return sortedBy(state, action.column);
    case 'pause':
      return { ...state, paused: !state.paused };
    case 'pace':
      return { ...state, intervalMs: nextInterval(state.intervalMs, action.by) };
    case 'events':
      return { ...state, mode: { kind: 'events', top: 0 } };
    case 'help':
      return {
        ...state,
        mode: state.mode.kind === 'help' ? { kind: 'table' } : { kind: 'help', top: 0 },
      };
    case 'detail': {
      const key = rowUnderCursor(state)?.row.key;
      return key === undefined ? state : { ...state, mode: { kind: 'detail', key, top: 0 } };
    }
    case 'follow':
      return toggleFollow(state);
    case 'palette':
      return { ...state, mode: { kind: 'palette', typed: '', index: 0 } };
    case 'attach':
    case 'end':
    case 'freeze':
    case 'refresh':
    case 'redraw':
    case 'suspend':
    case 'quit':
      return state;
  }
}

/** Tags the row under the cursor, or takes its tag away, and goes on to the next. */
function tagged(state: State): State {
  const key = rowUnderCursor(state)?.row.key;
  if (key === undefined) return state;
  return moved({ ...state, tagged: toggled(state.tagged, [key]) }, 1, 0);
}

function familyTagged(state: State): State {
  const row = rowUnderCursor(state)?.row;
  if (row === undefined) return state;
  const family = familyOf(state.snapshot?.rows ?? [], row);
  const keys = family.map(each => each.key);
  return { ...state, tagged: toggled(state.tagged, keys) };
}

function inDialog(state: State, change: (dialog: Dialog) => Dialog): State {
  if (state.mode.kind !== 'dialog') return state;
  const { dialog: before, isArmed } = state.mode;
  const dialog = change(before);
  if (dialog === before) return state;
  // Letters of its answer do not make a question another one.
  const stays = isSameQuestion(dialog, before) ? isArmed : undefined;
  return { ...state, mode: { kind: 'dialog', dialog, top: 0, isArmed: stays } };
}

function armed(state: State, dialog: Dialog): State {
  const { mode } = state;
  if (mode.kind !== 'dialog' || !isSameQuestion(mode.dialog, dialog)) return state;
  return { ...state, mode: { ...mode, isArmed: true } };
}

function accepted(state: State): State {
  if (state.mode.kind !== 'sort') return { ...state, mode: { kind: 'table' } };
  return sortedBy(state, sortColumns[state.mode.index] ?? 'class');
}

function sortedBy(state: State, sort: SortColumn): State {
  return { ...state, view: { ...state.view, sort }, mode: { kind: 'table' } };
}

/** Letters go where one writes just now. */
function written(state: State, change: (text: string) => string): State {
  const { mode } = state;
  if (mode.kind === 'dialog') return inDialog(state, dialog => typed(dialog, change));
  if (mode.kind === 'palette')
    return { ...state, mode: { ...mode, typed: change(mode.typed), index: 0 } };
  return filtered(state, change(state.view.filter));
}

/** As you type, the cursor is on the first match. */
function filtered(state: State, filter: string): State {
  if (filter === state.view.filter) return state;
  return { ...state, view: { ...state.view, filter }, cursor: { index: 0 }, top: 0 };
}

/** What each action does: it returns the next state, and effects if it needs more than the screen. Pure. */

import { type AlertWay, alertWays } from '../../core/model/alert.ts';
import type { Row } from '../../core/model/model.ts';
import { standardColumns } from '../../core/rows/columns.ts';
import { type SortColumn, sortColumns } from '../../core/rows/describe.ts';
import type { Action } from './actions.ts';
import {
  type ColumnMenu,
  chosenColumns,
  columnMenuOf,
  movedColumn,
  toggledColumn,
} from './column-menu.ts';
import { move } from './cursor.ts';
import { answerTo, isTypingReason, mayLeave, type Work, withReason, withTyped } from './dialog.ts';
import { dialogOf, inDialog, opened, readOnlyRefusal } from './dialog-mode.ts';
import { type Chosen, type Effect, type Step, step } from './effects.ts';
import { isUnderWay, keysOf, underWay, withWaiting } from './endings.ts';
import { toggleFollow } from './follow.ts';
import { withShownRows } from './shown-rows.ts';
import { questionOf, withDigits } from './signal-menu.ts';
import { chosenRows, inMode, openRow, rowUnderCursor, type State } from './state.ts';
import { tabs } from './tabs.ts';
import { familyOf, toggled } from './tags.ts';

export function act(state: State, action: Action): Step {
  switch (action.kind) {
    case 'move':
      return step(move(state, action.by));
    case 'page':
      return step(move(state, action.by * Math.max(1, state.windowRows - 1)));
    case 'jump':
      return step(move(state, action.to === 'first' ? -Infinity : Infinity));
    case 'put cursor':
      return step({ ...state, cursor: { ...state.cursor, key: action.key } });
    case 'filter':
      return step(inMode(state, { kind: 'filter' }));
    case 'type':
      return step(editText(state, text => text + action.text));
    case 'erase':
      return step(editText(state, text => [...text].slice(0, -1).join('')));
    case 'erase all':
      return step(editText(state, () => ''));
    case 'accept':
      if (isTyping(state)) return step(inDialog(state, dialog => withReason(dialog, false)));
      if (state.mode.kind === 'signals') return step(opened(state, questionOf(state.mode)));
      if (state.mode.kind !== 'sort') return step(atTable(state));
      return step(sortBy(state, sortColumns[state.mode.index] ?? 'class'));
    case 'back':
      if (isTyping(state)) return step(inDialog(state, dialog => withReason(dialog, false, false)));
      if (state.mode.kind === 'dialog' && !mayLeave(state.mode.dialog)) return step(state);
      if (state.mode.kind === 'filter' || state.mode.kind === 'table')
        return step(setFilter(atTable(state), ''));
      return step(atTable(state));
    case 'tab':
      return step({ ...state, tab: action.tab, top: 0 });
    case 'next tab': {
      const index = (tabs.indexOf(state.tab) + action.by + tabs.length) % tabs.length;
      return step({ ...state, tab: tabs[index] ?? 'All', top: 0 });
    }
    case 'tree':
      return step({ ...state, view: { ...state.view, tree: !state.view.tree } });
    case 'invert':
      return step({ ...state, view: { ...state.view, reverse: !state.view.reverse } });
    case 'choose sort':
      return step(inMode(state, { kind: 'sort', index: sortColumns.indexOf(state.view.sort) }));
    case 'choose columns':
      return step(inMode(state, { kind: 'columns', ...columnMenuOf(state.view) }));
    case 'toggle column':
      return inColumnMenu(state, toggledColumn);
    case 'move column':
      return inColumnMenu(state, menu => movedColumn(menu, action.by));
    case 'sort':
      return step(sortBy(state, action.column));
    case 'follow':
      return step(toggleFollow(state));
    case 'tag': {
      const tagged = toggleTags(state, row => [row]);
      return step(tagged === state ? state : move(tagged, 1));
    }
    case 'tag family':
      return step(toggleTags(state, row => familyOf(state.snapshot?.rows ?? [], row)));
    case 'untag all':
      return step({ ...state, tagged: new Set() });
    case 'palette':
      return step(inMode(state, { kind: 'palette', typed: '', index: 0 }));
    case 'events': {
      const shown = inMode(state, { kind: 'events', top: 0 });
      return state.isLogComplete ? step(shown) : step(shown, { kind: 'remember' });
    }
    case 'help':
      return step(
        state.mode.kind === 'help' ? atTable(state) : inMode(state, { kind: 'help', top: 0 }),
      );
    case 'detail': {
      const key = rowUnderCursor(state)?.row.key;
      return step(key === undefined ? state : inMode(state, { kind: 'detail', key, top: 0 }));
    }
    // The reducer adds `reschedule` for a new interval.
    case 'pause':
      return step({ ...state, paused: !state.paused });
    case 'pace':
      return step(paced(state, nextInterval(state.intervalMs, action.by)));
    case 'alert': {
      const alert = alertWays[(alertWays.indexOf(state.alert) + 1) % alertWays.length] ?? 'off';
      return step({ ...state, alert }, { kind: 'notice', text: alertNotices[alert] });
    }
    case 'end':
      return onRows(state, chosen => ({ kind: 'plan', force: action.force, ...chosen }));
    case 'freeze':
      return onRows(state, chosen => ({ kind: 'freeze', ...chosen }));
    case 'signal':
      return onRows(state, chosen => ({ kind: 'plan signal', ...chosen }));
    case 'reconcile':
    case 'sweep':
    case 'shutdown': {
      if (state.readOnly) return step(opened(state, readOnlyRefusal));
      const previewing = opened(state, { kind: 'previewing', what: action.kind });
      return step(previewing, { kind: 'preview', of: action.kind });
    }
    case 'reason':
      return step(inDialog(state, dialog => withReason(dialog, true)));
    case 'confirm':
      return confirm(state);
    case 'attach': {
      const row = openRow(state);
      return row === undefined ? step(state) : step(state, { kind: 'attach', row });
    }
    case 'command': {
      const { command } = action;
      if (state.readOnly && !command.readOnly) return step(opened(state, readOnlyRefusal));
      const row = openRow(state);
      return row === undefined || row.mark === 'gone'
        ? step(state, { kind: 'notice', text: noRow })
        : step(state, { kind: 'run', command, row });
    }
    case 'refresh':
      return step(state, { kind: 'poll' });
    case 'redraw':
    case 'suspend':
      return step(state, { kind: action.kind });
    case 'quit': {
      const endings = underWay(state.endings);
      const isWarned = endings === 0 || dialogOf(state)?.kind === 'quit';
      return isWarned
        ? step(state, { kind: 'quit' })
        : step(opened(state, { kind: 'quit', endings }));
    }
  }
}

/** Every press says the interval, also where it cannot change any more. */
function paced(state: State, intervalMs: number): State {
  const text = `refresh every ${intervalMs / 1000} s`;
  return { ...state, intervalMs, notice: { text, mood: 'plain' } };
}
const alertNotices: Readonly<Record<AlertWay, string>> = {
  off: 'alerts: off',
  bell: 'alerts: bell',
  message: 'alerts: tmux message',
  both: 'alerts: bell and tmux message',
};

/** Every change is shown and kept at once. */
function inColumnMenu(state: State, change: (menu: ColumnMenu) => ColumnMenu): Step {
  if (state.mode.kind !== 'columns') return step(state);
  const menu = change(state.mode);
  const columns = chosenColumns(menu);
  const shown = { ...state, view: { ...state.view, columns } };
  const kept = { kind: 'keep columns', columns: columns ?? standardColumns } as const;
  return step(inMode(shown, { kind: 'columns', ...menu }), kept);
}

/** Interval steps of slower and faster, milliseconds. */
const intervalSteps = [100, 200, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000] as const;

function nextInterval(intervalMs: number, by: 1 | -1): number {
  if (by > 0) return intervalSteps.find(each => each > intervalMs) ?? intervalMs;
  return intervalSteps.findLast(each => each < intervalMs) ?? intervalMs;
}

const noRow = 'no row selected, or the row is gone';

/** An effect on the chosen rows; without any, a notice with the reason. */
function onRows(state: State, effectOn: (chosen: Chosen) => Effect): Step {
  const { snapshot, endings, unfinished, readOnly } = state;
  if (snapshot === undefined) return step(state);
  if (readOnly) return step(opened(state, readOnlyRefusal));
  const chosen = chosenRows(state);
  const rows = chosen.filter(({ key }) => !unfinished.has(key) && !isUnderWay(endings, key));
  if (rows.length > 0) return step(state, effectOn({ snapshot, rows }));
  const text = chosen.length > 0 ? 'already being ended' : noRow;
  return step(state, { kind: 'notice', text });
}

/** A question cannot be confirmed before it was readable. */
function confirm(state: State): Step {
  const { mode } = state;
  if (mode.kind !== 'dialog' || mode.isArmed !== true || isTyping(state)) return step(state);
  const { next, work } = answerTo(mode.dialog);
  const answered =
    next === undefined
      ? { ...atTable(state), tagged: new Set<string>() }
      : inDialog(state, () => next);
  return work === undefined ? step(answered) : step(startWork(answered, work), work);
}

/** Rows show at once that their end was confirmed: the first stage comes only after a poll. */
function startWork(state: State, work: Work): State {
  if (work.kind === 'reconcile' || work.kind === 'quit' || work.kind === 'signal') return state;
  const keys = keysOf(work.kind === 'end' ? work.plan : work.plan.end);
  const unfinished = new Set([...state.unfinished, ...keys]);
  return withShownRows({ ...state, unfinished, endings: withWaiting(state.endings, keys) });
}

/** Toggles the tags of the rows that go with the one under the cursor. */
function toggleTags(state: State, rowsOf: (row: Row) => readonly Row[]): State {
  const row = rowUnderCursor(state)?.row;
  if (row === undefined) return state;
  return { ...state, tagged: toggled(state.tagged, rowsOf(row)) };
}

function sortBy(state: State, sort: SortColumn): State {
  return { ...atTable(state), view: { ...state.view, sort } };
}

/** Applies a change to the text being typed. */
function editText(state: State, change: (text: string) => string): State {
  const { mode } = state;
  if (mode.kind === 'dialog') return inDialog(state, dialog => withTyped(dialog, change));
  if (mode.kind === 'signals') return inMode(state, withDigits(mode, change));
  if (mode.kind === 'palette')
    return inMode(state, { ...mode, typed: change(mode.typed), index: 0 });
  return setFilter(state, change(state.view.filter));
}

/** While typing, the cursor is on the first match. */
function setFilter(state: State, filter: string): State {
  if (filter === state.view.filter) return state;
  return { ...state, view: { ...state.view, filter }, cursor: { index: 0 }, top: 0 };
}

function isTyping({ mode }: State): boolean {
  return mode.kind === 'dialog' && isTypingReason(mode.dialog);
}

function atTable(state: State): State {
  return inMode(state, { kind: 'table' });
}

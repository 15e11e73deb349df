/** What each action does: it returns the next state, and effects if it needs more than the screen. Pure. */

import type { Row } from '../../core/model/model.ts';
import { nameOf, type SortColumn, sortColumns } from '../../core/rows/describe.ts';
import type { Action } from './actions.ts';
import { chooseColumns, inColumnMenu } from './choose-columns.ts';
import { movedColumn, toggledColumn } from './column-menu.ts';
import { move, onFirst, onTab } from './cursor.ts';
import { isTypingReason, mayLeave, withReason, withTyped } from './dialog.ts';
import { dialogOf, inDialog, opened, readOnlyRefusal } from './dialog-mode.ts';
import { type Step, step } from './effects.ts';
import { ownUnderWay } from './endings.ts';
import { bulkElsewhere, endRows, onlyHere, retryOf, typeReason } from './far-verbs.ts';
import { setFilter, withFilterKept, withoutFilter } from './filtering.ts';
import { toggleFollow } from './follow.ts';
import { fold, toggleGroups } from './grouping.ts';
import { nextMatch, searched, searching, withSearch } from './log-mode.ts';
import { isOfRow, isSearchTyped, under } from './mode.ts';
import { nextAlert, paced } from './pace.ts';
import { questionOf, withDigits } from './signal-menu.ts';
import { nextSplit } from './split.ts';
import {
  chosenRows,
  headingUnderCursor,
  hostUnderCursor,
  inMode,
  openRow,
  rowUnderCursor,
  type State,
} from './state.ts';
import { tabsWith } from './tabs.ts';
import { familyOf, toggled } from './tags.ts';
import { confirm, onRows, unlessReadOnly, unlessSame, withoutRow } from './verbs.ts';

export function act(state: State, action: Action): Step {
  switch (action.kind) {
    case 'move':
      return step(move(state, action.by));
    case 'page':
      return step(move(state, action.by * Math.max(1, state.windowRows - 1)));
    case 'jump':
      return step(move(state, action.to === 'first' ? -Infinity : Infinity));
    case 'put cursor':
      return step({ ...state, cursor: { index: state.cursor.index, key: action.key } });
    case 'filter':
      if (state.mode.kind === 'log') return step(inMode(state, searching(state.mode)));
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
      if (state.mode.kind === 'log') return step(inMode(state, searched(state.mode, state)));
      if (state.mode.kind === 'filter') return step(withFilterKept(state));
      if (state.mode.kind !== 'sort') return step(inMode(state, under(state.mode)));
      return step(sortBy(state, sortColumns[state.mode.index] ?? 'class'));
    case 'back':
      if (isTyping(state)) return step(inDialog(state, dialog => withReason(dialog, false, false)));
      if (isSearchTyped(state.mode))
        return step(inMode(state, { ...state.mode, search: undefined }));
      if (state.mode.kind === 'dialog' && !mayLeave(state.mode.dialog)) return step(state);
      if (state.mode.kind === 'filter' || state.mode.kind === 'table')
        return step(withoutFilter(atTable(state)));
      return step(inMode(state, under(state.mode)));
    case 'tab':
      if (!tabsWith(state.hosts).includes(action.tab))
        return step(state, { kind: 'notice', text: 'no other machines (--host HOST adds one)' });
      return step(onTab(state, action.tab));
    case 'next tab': {
      const tabs = tabsWith(state.hosts);
      const index = (tabs.indexOf(state.tab) + action.by + tabs.length) % tabs.length;
      return step(onTab(state, tabs[index] ?? 'All'));
    }
    case 'tree':
      return step({ ...state, view: { ...state.view, tree: !state.view.tree } });
    case 'invert':
      return step(reordered(state, { ...state.view, reverse: !state.view.reverse }));
    case 'group':
      return step(toggleGroups(state));
    case 'fold':
      return state.grouping === undefined
        ? step(state, { kind: 'notice', text: 'nothing is grouped (b groups the rows)' })
        : step(fold(state, action.isFolded));
    case 'choose sort':
      return step(inMode(state, { kind: 'sort', index: sortColumns.indexOf(state.view.sort) }));
    case 'choose columns':
      return step(chooseColumns(state));
    case 'toggle column':
      return inColumnMenu(state, toggledColumn);
    case 'move column':
      return inColumnMenu(state, menu => movedColumn(menu, action.by));
    case 'sort':
      return step(sortBy(state, action.column));
    case 'follow':
      return unlessSame(state, toggleFollow(state));
    case 'tag': {
      const tagged = toggleTags(state, row => [row]);
      return unlessSame(state, tagged === state ? state : move(tagged, 1));
    }
    case 'tag family':
      return unlessSame(
        state,
        toggleTags(state, row => familyOf(state.snapshot?.rows ?? [], row)),
      );
    case 'untag all':
      return step({ ...state, tagged: new Set() });
    case 'palette':
      return step(inMode(state, { kind: 'palette', typed: '', index: 0 }));
    case 'events': {
      const shown = inMode(state, { kind: 'events', top: 0 });
      return state.remembered ? step(shown) : step(shown, { kind: 'remember' });
    }
    case 'help':
      return step(
        state.mode.kind === 'help' ? atTable(state) : inMode(state, { kind: 'help', top: 0 }),
      );
    case 'detail': {
      const heading = isOfRow(state.mode) ? undefined : headingUnderCursor(state);
      if (heading !== undefined) return step(fold(state, !heading.isFolded));
      const host = hostUnderCursor(state);
      if (host !== undefined) return step({ ...setFilter(state, `host:${host.name}`), tab: 'All' });
      const key = openRow(state)?.key;
      if (key === undefined) return withoutRow(state);
      return step(inMode(state, { kind: 'detail', key, top: 0 }));
    }
    case 'log': {
      const row = openRow(state);
      if (row === undefined) return withoutRow(state);
      return step(inMode(state, { kind: 'log', key: row.key, name: nameOf(row), top: 0 }));
    }
    case 'split':
      return nextSplit(state);
    case 'next match':
      if (state.mode.kind !== 'log') return step(state);
      return step(inMode(state, nextMatch(state.mode, action.by, state)));
    // The reducer adds `reschedule` for a new interval.
    case 'pause':
      return step({ ...state, paused: !state.paused });
    case 'pace':
      return step(paced(state, action.by));
    case 'alert':
      return nextAlert(state);
    case 'end':
      return endRows(state, action.force);
    case 'freeze':
      return (
        onlyHere(state, chosenRows(state), 'freezing') ??
        onRows(state, chosen => ({ kind: 'freeze', ...chosen }))
      );
    case 'signal':
      return (
        onlyHere(state, chosenRows(state), 'sending a signal') ??
        onRows(state, chosen => ({ kind: 'plan signal', ...chosen }))
      );
    case 'reconcile':
    case 'sweep':
    case 'shutdown': {
      const elsewhere = bulkElsewhere(state, action.kind);
      if (elsewhere !== undefined) return elsewhere;
      if (state.readOnly) return step(opened(state, readOnlyRefusal));
      const previewing = opened(state, { kind: 'previewing', what: action.kind });
      return step(previewing, { kind: 'preview', of: action.kind });
    }
    case 'rescue':
      return unlessReadOnly(state, { kind: 'plan rescue' });
    case 'reason':
      return typeReason(state);
    case 'confirm':
      return confirm(state);
    case 'attach': {
      const row = openRow(state);
      return row === undefined ? withoutRow(state) : step(state, { kind: 'attach', row });
    }
    case 'command': {
      const { command } = action;
      if (state.readOnly && !command.readOnly) return step(opened(state, readOnlyRefusal));
      const row = openRow(state);
      const elsewhere = onlyHere(state, [row], command.title);
      if (elsewhere !== undefined) return elsewhere;
      return row === undefined || row.mark === 'gone'
        ? withoutRow(state)
        : step(state, { kind: 'run', command, row });
    }
    case 'refresh':
      return step(state, { kind: 'poll' }, ...retryOf(state));
    case 'redraw':
    case 'suspend':
      return step(state, { kind: action.kind });
    case 'quit': {
      const endings = ownUnderWay(state.endings, state.snapshot?.rows);
      const isWarned = endings === 0 || dialogOf(state)?.kind === 'quit';
      return isWarned
        ? step(state, { kind: 'quit' })
        : step(opened(state, { kind: 'quit', endings }));
    }
  }
}

/** Toggles the tags of the rows that go with the one under the cursor; on a heading, of all below it. */
function toggleTags(state: State, rowsOf: (row: Row) => readonly Row[]): State {
  const heading = headingUnderCursor(state);
  const row = rowUnderCursor(state)?.row;
  const rows = heading?.group.rows.map(each => each.row) ?? (row === undefined ? [] : rowsOf(row));
  if (rows.length === 0) return state;
  return { ...state, tagged: toggled(state.tagged, rows) };
}

/** In the column's own order, as in htop. */
function sortBy(state: State, sort: SortColumn): State {
  return reordered(atTable(state), { ...state.view, sort, reverse: false });
}

/** Another order keeps the cursor on its row, but on the first row it stays first: the new first row is what was asked
 * for. */
function reordered(state: State, view: State['view']): State {
  const isFirst = state.cursor.index === 0 && state.followed === undefined;
  return { ...state, view, ...(isFirst ? onFirst(state) : {}) };
}

/** Applies a change to the text being typed. */
function editText(state: State, change: (text: string) => string): State {
  const { mode } = state;
  if (mode.kind === 'dialog') return inDialog(state, dialog => withTyped(dialog, change));
  if (mode.kind === 'signals') return inMode(state, withDigits(mode, change));
  if (mode.kind === 'log') return inMode(state, withSearch(mode, change));
  if (mode.kind === 'palette')
    return inMode(state, { ...mode, typed: change(mode.typed), index: 0 });
  return setFilter(state, change(state.view.filter));
}

function isTyping({ mode }: State): boolean {
  return mode.kind === 'dialog' && isTypingReason(mode.dialog);
}

function atTable(state: State): State {
  return inMode(state, { kind: 'table' });
}

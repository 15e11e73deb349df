/** The filter as part of the state. */
import { filterFault } from '../../core/rows/filter.ts';
import { onFirst } from './cursor.ts';
import { inMode, type State } from './state.ts';

/** While typing, the cursor is on the first match. */
export function setFilter(state: State, filter: string): State {
  if (filter === state.view.filter) return state;
  return { ...state, view: { ...state.view, filter }, ...onFirst(state) };
}

/** Keeps what was typed. What is wrong with it stays beside it until it is mended: the command line refuses it too. */
export function withFilterKept(state: State): State {
  return filterFault(state.view.filter) === undefined ? inMode(state, { kind: 'table' }) : state;
}

/** The cursor stays on the row that the filter has found. */
export function withoutFilter(state: State): State {
  if (state.view.filter === '') return state;
  const cursor = { index: 0, key: state.cursor.key };
  return { ...state, view: { ...state.view, filter: '' }, cursor, top: 0 };
}

/** Following a row, as in htop: the cursor is on it until somebody moves it, and when the row goes that
 * is said. */

import type { Snapshot } from '../../core/model/model.ts';
import { labelOf } from '../../core/rows/describe.ts';
import type { Event } from './events.ts';
import { rowUnderCursor, type State } from './state.ts';

/** Follows the row under the cursor, or no longer, where it is followed. */
export function toggleFollow(state: State): State {
  const row = rowUnderCursor(state)?.row;
  if (row === undefined) return state;
  const name = labelOf(row);
  return state.followed?.key === row.key
    ? noticed({ ...state, followed: undefined }, `no longer following ${name}`)
    : noticed({ ...state, followed: { key: row.key, name } }, followingNotice(name));
}

/** Who is followed is under the cursor; else it is over. @param event what has made this state. */
export function stillFollowed(state: State, event: Event): State {
  const { followed } = state;
  if (followed === undefined) return state;
  const row = rowUnderCursor(state)?.row;
  if (row?.key === followed.key && row.mark !== 'gone') return state;
  const free = { ...state, followed: undefined };
  if (!isByPerson(event))
    return noticed(free, `${lossOf(followed, state.read)}: no longer following it`);
  return state.notice === followingNotice(followed.name) ? { ...free, notice: undefined } : free;
}

function followingNotice(name: string): string {
  return `following ${name}`;
}

/** Whoever moves the cursor knows that it is elsewhere; a tab takes the row away without saying so. */
function isByPerson(event: Event): boolean {
  return (
    event.kind === 'requested' && event.action.kind !== 'tab' && event.action.kind !== 'next tab'
  );
}

function lossOf(
  { key, name }: { key: string; name: string },
  snapshot: Snapshot | undefined,
): string {
  const row = snapshot?.rows.find(each => each.key === key);
  if (row !== undefined)
    return `${name} ${row.class === 'ended' ? 'has ended' : 'is not shown here'}`;
  const isUnread = snapshot?.problems.some(problem => problem.unread) ?? true;
  return `${name} ${isUnread ? 'could not be seen' : 'is gone'}`;
}

/** Shown for as long as other notices, counted from what is shown now. */
function noticed(state: State, notice: string): State {
  return { ...state, notice, now: Math.max(state.now ?? 0, state.snapshot?.takenAt ?? 0) };
}

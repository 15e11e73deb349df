/** Following a row, as in htop: the cursor stays on it until the user moves it, and a notice reports when the
 * row goes. */

import type { Snapshot } from '../../core/model/model.ts';
import { nameOf } from '../../core/rows/describe.ts';
import type { Event } from './events.ts';
import { isSilent } from './marks.ts';
import { rowUnderCursor, type State } from './state.ts';
import { timeOf, withNotice } from './with-notice.ts';

/** Follows the row under the cursor, or stops following it. */
export function toggleFollow(state: State): State {
  const row = rowUnderCursor(state)?.row;
  if (row === undefined) return state;
  const name = nameOf(row);
  return state.followed?.key === row.key
    ? noticed({ ...state, followed: undefined }, `no longer following ${name}`)
    : noticed({ ...state, followed: { key: row.key, name } }, followingNotice(name));
}

/** Following lasts while the row is under the cursor. @param event that led to this state. */
export function stillFollowed(state: State, event: Event): State {
  const { followed } = state;
  if (followed === undefined) return state;
  const row = rowUnderCursor(state)?.row;
  if (row?.key === followed.key && row.mark !== 'gone') return state;
  const free = { ...state, followed: undefined };
  if (!isUserAction(event))
    return noticed(free, `${lossOf(followed, state.read)}: no longer following it`);
  return state.notice?.text === followingNotice(followed.name)
    ? { ...free, notice: undefined }
    : free;
}

function followingNotice(name: string): string {
  return `following ${name}`;
}

/** A user who moves the cursor knows that it is elsewhere; switching tabs hides the row without a notice. */
function isUserAction(event: Event): boolean {
  return (
    event.kind === 'requested' && event.action.kind !== 'tab' && event.action.kind !== 'next tab'
  );
}

function lossOf(
  { key, name }: NonNullable<State['followed']>,
  snapshot: Snapshot | undefined,
): string {
  const row = snapshot?.rows.find(each => each.key === key);
  if (row !== undefined)
    return `${name} ${row.class === 'ended' ? 'has ended' : 'is not shown here'}`;
  const isUnread = snapshot === undefined || isSilent(snapshot);
  return `${name} ${isUnread ? 'could not be seen' : 'is gone'}`;
}

function noticed(state: State, text: string): State {
  return withNotice(state, text, timeOf(state));
}

/** Showing a row's session in the terminal that vigil has: where to, and what it takes. */

import type { Inventory, Reading, Row } from '../model/model.ts';
import type { SessionRef } from '../ports/sessions.ts';
import { labelOf } from './describe.ts';
import { sessionOf } from './session-of.ts';

/** The tmux pane that vigil itself runs in. */
export type PaneAround = { readonly serverPid: number; readonly paneId: string };

export type AttachOptions = {
  /** Nothing that is typed reaches the session. */
  readonly readOnly: boolean;
  /** Aborted, the client is asked to go, and then made to. */
  readonly signal: AbortSignal;
  /** The person has stopped the client (suspend-client): the terminal is nobody's. */
  onStopped(): void;
};

/** `host/attach.ts` does it. */
export type Attacher = {
  /** Nothing where vigil does not run in tmux. */
  readonly around?: PaneAround;
  /** Whether it still is that session of that server; bounded in time. */
  check(session: SessionRef): Promise<Reading<true>>;
  /** Runs a client of tmux on our terminal. Resolves when it has ended: detached, or with its session. */
  attach(session: SessionRef, options: AttachOptions): Promise<Reading<true>>;
  /** The client around us shows this session instead. */
  switchTo(session: SessionRef): Promise<Reading<true>>;
};

export type Attachment =
  | { readonly kind: 'attach' | 'switch'; readonly session: SessionRef }
  | { readonly kind: 'refused'; readonly reason: string };

/** How to get to the row's session. @param readOnly switching would let through what is typed, so a
 * client is nested instead. */
export function attachmentOf(
  row: Row,
  inventory: Inventory,
  around: PaneAround | undefined,
  readOnly: boolean,
): Attachment {
  const refused = (reason: string) => ({ kind: 'refused', reason }) as const;
  if (row.session === undefined) return refused(`${labelOf(row)} has no session to attach to`);
  const seen = sessionOf(row, inventory);
  if (seen === undefined)
    return refused(`session ${row.session.name} was not in the last snapshot`);
  const { ref, panes } = seen;
  const isAround = around?.serverPid === ref.serverPid;
  if (isAround && panes.some(pane => pane.paneId === around.paneId))
    return refused(`vigil itself runs in session ${ref.name}`);
  return { kind: isAround && !readOnly ? 'switch' : 'attach', session: ref };
}

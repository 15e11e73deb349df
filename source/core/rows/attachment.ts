/** Attaching to a row's session in vigil's terminal: the target and the method. */

import type { Inventory, Reading, Row } from '../model/model.ts';
import type { SessionRef } from '../ports/sessions.ts';
import { nameOf } from './describe.ts';
import { sessionOf } from './session-of.ts';

/** The tmux pane that vigil itself runs in. */
export type PaneAround = { readonly serverPid: number; readonly paneId: string };

export type AttachOptions = {
  /** No input reaches the session. */
  readonly readOnly: boolean;
  /** On abort the client is asked to detach, then forced to. */
  readonly signal: AbortSignal;
  /** The user has suspended the client (suspend-client): the shell has the terminal. */
  onStopped(): void;
};

/** Implemented by `host/attach.ts`. */
export type Attacher = {
  /** Undefined outside tmux. */
  readonly around?: PaneAround;
  /** Whether it is still that session of that server; bounded in time. */
  check(session: SessionRef): Promise<Reading<true>>;
  /** Runs a tmux client on our terminal. Resolves when it has exited: detached, or with its session. */
  attach(session: SessionRef, options: AttachOptions): Promise<Reading<true>>;
  /** Switches the surrounding client to this session. */
  switchTo(session: SessionRef): Promise<Reading<true>>;
};

export type Attachment =
  | { readonly kind: 'attach' | 'switch'; readonly session: SessionRef }
  | { readonly kind: 'refused'; readonly reason: string };

/** How to attach to the row's session.
 * @param readOnly a client is nested instead, as switching would let input through. */
export function attachmentOf(
  row: Row,
  inventory: Inventory,
  around: PaneAround | undefined,
  readOnly: boolean,
): Attachment {
  const refused = (reason: string) => ({ kind: 'refused', reason }) as const;
  if (row.session === undefined) return refused(`${nameOf(row)} has no session to attach to`);
  const seen = sessionOf(row, inventory);
  if (seen === undefined)
    return refused(`session ${row.session.name} was not in the last snapshot`);
  const { ref, panes } = seen;
  const isAround = around?.serverPid === ref.serverPid;
  if (isAround && panes.some(pane => pane.paneId === around.paneId))
    return refused(`vigil itself runs in session ${ref.name}`);
  return { kind: isAround && !readOnly ? 'switch' : 'attach', session: ref };
}

/** The key a: shows the session of the row under the cursor, in this terminal or in the tmux around it. */

import type { Action } from './core/actions.ts';
import { type Attacher, attachmentOf } from './core/attach.ts';
import type { Event } from './core/events.ts';
import type { Inventory, Row } from './core/model.ts';
import { rowUnderCursor, type State } from './core/state.ts';
import type { Possession } from './screen/possession.ts';

export type AttachingOptions = {
  readonly attacher: Attacher;
  /** What the last look read. */
  inventory(): Inventory | undefined;
  state(): State;
  tell(event: Event): void;
  /** Epoch milliseconds. */
  now(): number;
  readonly possession: Possession;
  /** What the last look has seen is old: look again. */
  changed(): void;
  /** Aborted when vigil leaves. */
  readonly signal: AbortSignal;
};

export type Attaching = {
  follow(action: Action): void;
  /** Resolves when no client has the terminal any more. */
  finish(): Promise<void>;
};

export function createAttaching(options: AttachingOptions): Attaching {
  const { attacher, inventory, state, tell, now, possession, changed, signal } = options;
  let isAttaching = false;
  let client: Promise<unknown> | undefined;
  const notice = (said: string) => tell({ kind: 'noticed', notice: said, at: now() });
  const attach = async (row: Row, seen: Inventory) => {
    const { readOnly } = state();
    const way = attachmentOf(row, seen, attacher.around, readOnly);
    if (way.kind === 'refused') return notice(way.reason);
    const { session } = way;
    const fail = (reason: string) => notice(`${reason} (${session.name})`);
    // Before the terminal is given away: a server that hangs would keep it.
    const found = await attacher.check(session);
    if (!found.ok) return fail(found.reason);
    if (!possession.isOurs()) return;
    const showing =
      way.kind === 'switch'
        ? attacher.switchTo(session)
        : possession.lend(onStopped => attacher.attach(session, { readOnly, signal, onStopped }));
    if (way.kind === 'attach') client = showing;
    const shown = await showing;
    if (signal.aborted) return;
    if (!shown.ok) fail(shown.reason);
    changed();
  };
  return {
    follow(action) {
      const seen = inventory();
      const row = chosenRow(state());
      if (action.kind !== 'attach' || row === undefined || seen === undefined) return;
      if (isAttaching) return;
      isAttaching = true;
      void attach(row, seen).finally(() => {
        isAttaching = false;
      });
    },
    async finish() {
      await client;
    },
  };
}

/** The one whose detail is open, else the one under the cursor; never the tagged ones. */
function chosenRow(state: State): Row | undefined {
  const { mode, snapshot } = state;
  return mode.kind === 'detail'
    ? snapshot?.rows.find(row => row.key === mode.key)
    : rowUnderCursor(state)?.row;
}

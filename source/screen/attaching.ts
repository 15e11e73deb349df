/** Shows a row's session, in this terminal or in the surrounding tmux. */

import type { Inventory, Row } from '../core/model/model.ts';
import { type Attacher, attachmentOf } from '../core/rows/attachment.ts';
import type { Possession } from './terminal/possession.ts';

export type AttachingOptions = {
  readonly attacher: Attacher;
  readonly readOnly: boolean;
  /** Inventory of the last poll. */
  inventory(): Inventory | undefined;
  notice(text: string): void;
  readonly possession: Possession;
  /** The session was shown for a while: the last poll is outdated. */
  changed(): void;
  /** Aborted when vigil exits. */
  readonly signal: AbortSignal;
};

export type Attaching = ReturnType<typeof createAttaching>;

export function createAttaching(options: AttachingOptions) {
  const { attacher, readOnly, inventory, notice, possession, changed, signal } = options;
  let isAttaching = false;
  let client: Promise<unknown> | undefined;
  const attach = async (row: Row, seen: Inventory) => {
    const way = attachmentOf(row, seen, attacher.around, readOnly);
    if (way.kind === 'refused') return notice(way.reason);
    const { session } = way;
    const fail = (reason: string) => notice(`${reason} (${session.name})`);
    // Check before handing over the terminal: a hanging server would keep it.
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
    /** Ignored while another session is shown. */
    attach(row: Row) {
      const seen = inventory();
      if (seen === undefined || isAttaching) return;
      isAttaching = true;
      void attach(row, seen).finally(() => {
        isAttaching = false;
      });
    },
    /** Resolves when no client holds the terminal. */
    async finish() {
      await client;
    },
  };
}

/** Shows a row's session, in this terminal or in the surrounding tmux. */

import type { Inventory, Row, RowSession } from '../core/model/model.ts';
import type { CommandRunner, Exit } from '../core/ports/command-runner.ts';
import { type Attacher, attachmentOf } from '../core/rows/attachment.ts';
import { nameOf } from '../core/rows/describe.ts';
import { farHostOf } from '../core/rows/far-rows.ts';
import type { Possession } from './terminal/possession.ts';

export type AttachingOptions = {
  readonly attacher: Attacher;
  /** Of other machines: a program on the terminal, such as ssh. */
  readonly elsewhere?: {
    attachCommand(host: string, session: RowSession): readonly string[];
    readonly runner: Pick<CommandRunner, 'onTerminal'>;
  };
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
  const attachElsewhere = async (row: Row, host: string) => {
    const { session } = row;
    if (session === undefined) return notice(`${nameOf(row)} has no session to attach to`);
    if (options.elsewhere === undefined || !possession.isOurs()) return;
    const { runner } = options.elsewhere;
    const argv = options.elsewhere.attachCommand(host, session);
    // A remote shell sets the modes of the terminal itself.
    const run = (onStopped: () => void) => runner.onTerminal(argv, { signal, onStopped });
    const showing = possession.lend(run, 'cooked');
    client = showing;
    const exit = await showing;
    if (signal.aborted) return;
    const failure = exit.ok ? failureOf(exit.value) : exit.reason;
    if (failure !== undefined) notice(`${failure} (${session.name} on ${host})`);
    changed();
  };
  return {
    /** Ignored while another session is shown. */
    attach(row: Row) {
      const seen = inventory();
      if (seen === undefined || isAttaching) return;
      isAttaching = true;
      const host = farHostOf(row);
      const shown = host === undefined ? attach(row, seen) : attachElsewhere(row, host);
      void shown.finally(() => {
        isAttaching = false;
      });
    },
    /** Resolves when no client holds the terminal. */
    async finish() {
      await client;
    },
  };
}

/** What ssh and tmux print is hidden by the screen that comes back. */
function failureOf({ code, signal }: Exit): string | undefined {
  if (code === 0) return undefined;
  if (signal !== null) return `ssh was killed by ${signal}`;
  return code === 255 ? 'ssh could not connect' : 'the session is gone, or tmux refused';
}

/** Inspects rows of other machines: their vigil reads what is shown, for as long as it is shown. */
import type { Inspector, Wanted } from '../core/inventory/inspector.ts';
import { failedInspection, readFarInspection } from '../fleet/far-inspection.ts';
import type { FarAnswer, FarCommands } from '../fleet/fleet.ts';
import { farTargetOf } from '../fleet/fleet-rows.ts';
import type { FleetOnScreen } from '../fleet/on-screen.ts';

/** A reading starts a vigil there. */
export const refreshMs = 5000;
/** To start it and to poll there; a new connection takes longer. */
const longestMs = 20_000;
const tooSlow = `no answer within ${longestMs / 1000} s`;

export type FarInspector = Inspector;

type FarInspectorOptions = {
  readonly fleet: Pick<FarCommands, 'ask'>;
  readonly words: FleetOnScreen['words'];
  /** Of the monotonic clock, milliseconds. */
  now(): number;
  /** Epoch milliseconds. */
  wallNow(): number;
};

/** The newest request ends the one before, whose answer is dropped. */
export function createFarInspector(options: FarInspectorOptions): FarInspector {
  const { fleet, words, now, wallNow } = options;
  let running: { readonly subject: string; readonly ending: AbortController } | undefined;
  let answered: { readonly subject: string; readonly at: number } | undefined;
  const stop = () => {
    running?.ending.abort();
    running = undefined;
  };
  const read = async ({ row, aspect }: Wanted, signal: AbortSignal) => {
    const target = farTargetOf(row);
    if (target === undefined) return undefined;
    const { host, bootId, key, identity } = target;
    const identities = identity === undefined ? {} : { [key]: identity };
    const about = { bootId, identities, aspect };
    const asked = ['why', ...words('why'), '--', key];
    const answer = await fleet.ask(host, asked, about, signal);
    const reason = signal.aborted ? tooSlow : failureOf(answer);
    return reason === undefined
      ? readFarInspection(answer.document, { host, key: row.key, aspect, now: wallNow() })
      : failedInspection(row.key, aspect, `${host}: ${reason}`);
  };
  return {
    inspect(wanted, report) {
      const { row, aspect } = wanted;
      const subject = `${aspect} ${row.key}`;
      if (running?.subject === subject) return;
      stop();
      if (answered?.subject === subject && now() - answered.at < refreshMs) return;
      const own = { subject, ending: new AbortController() };
      running = own;
      const tooLate = setTimeout(() => own.ending.abort(), longestMs);
      void read(wanted, own.ending.signal).then(inspection => {
        clearTimeout(tooLate);
        if (running !== own || inspection === undefined) return;
        running = undefined;
        answered = { subject, at: now() };
        report(inspection);
      });
    },
    forget() {
      stop();
      answered = undefined;
    },
  };
}

/** Why there is no inspection, if there is none: a refusal of the vigil there, or of the connection. */
function failureOf({ code, reason, messages: [message] }: FarAnswer): string | undefined {
  if (reason !== undefined) return reason;
  if (code === 0) return undefined;
  return message?.replace(/^vigil why: /, '') ?? `its vigil exited with code ${code}`;
}

/** One `vigil list --json` of a host. */
import type { Reading } from '../../core/model/model.ts';
import { readFarSnapshot } from '../far-snapshot.ts';
import type { FleetHost } from '../fleet-host.ts';
import type { FarSnapshot } from '../host-state.ts';
import { failureOf } from './failure.ts';
import { longestLineBytes } from './line-splitter.ts';
import type { HostTools } from './watch-host.ts';

/** To connect, to start Node and to poll twice. */
const answerMs = 30_000;
/** Exit codes of a list that was printed: also with an unread source, and with differences. */
const printed: ReadonlySet<number | null> = new Set([0, 5, 10]);

/** @param words options of `list`. @returns the snapshot, or one line that says why there is none. */
export function snapshotOf(
  host: FleetHost,
  words: readonly string[],
  { clock, open, reset }: HostTools,
): Promise<Reading<FarSnapshot>> {
  return new Promise(resolve => {
    let text = '';
    let stop: (() => void) | undefined;
    const finish = (reading: Reading<FarSnapshot>) => {
      clearTimeout(timer);
      stop?.();
      resolve(reading);
    };
    const fail = (reason: string) => finish({ ok: false, reason });
    const flood = () => fail('prints more than can be read');
    const timer = setTimeout(() => {
      reset();
      fail(`no answer within ${answerMs / 1000} s`);
    }, answerMs);
    const opening = open(['list', '--json', '--watch=false', ...words], {
      onLine(line) {
        // A login shell may greet first.
        if (text === '' && !line.startsWith('{')) return;
        text += `${line}\n`;
        if (text.length > longestLineBytes) flood();
      },
      onFlood: flood,
      onEnd(ended) {
        if (!printed.has(ended.code) || text === '')
          return fail(failureOf(ended, host.name, host.command));
        finish(readFarSnapshot(text, host.name, clock.now()));
      },
    });
    opening.then(
      opened => {
        if (opened.ok) stop = opened.value.stop;
        else fail(opened.reason);
      },
      (error: Error) => fail(error.message),
    );
  });
}

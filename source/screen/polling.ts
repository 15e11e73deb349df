/** The screen's poll loop: at every interval, and after every change. */

import type { Monitor, Pace } from '../core/inventory/monitor.ts';
import type { Snapshot } from '../core/model/model.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { GuardStatusReader } from '../core/ports/guard-ports.ts';
import type { Reconciler } from '../core/reconcile/reconciler.ts';
import { showsEnded, type View } from '../core/rows/describe.ts';
import { needsPorts } from '../core/rows/filter.ts';
import type { FleetView } from './fleet-view.ts';
import type { Event } from './state/events.ts';

export type Polling = ReturnType<typeof createPolling>;

type PollingOptions = {
  readonly monitor: Pick<Monitor, 'poll' | 'run' | 'withPorts'>;
  readonly reconciler: Pick<Reconciler, 'deadEntries'>;
  readonly guardStatus: GuardStatusReader;
  readonly clock: Pick<Clock, 'yieldToEventLoop'>;
  pace(): Pace;
  /** Machines beside this one. */
  readonly fleet?: Pick<FleetView, 'merged'>;
  /** Of the table. */
  view(): Pick<View, 'filter' | 'classes'>;
  apply(event: Event): void;
  draw(): void;
};

export function createPolling(options: PollingOptions) {
  const { monitor, reconciler, guardStatus, clock, pace, view, apply, draw, fleet } = options;
  let latest: (Event & { readonly kind: 'polled' }) | undefined;
  let waking = new AbortController();
  /** Number of the last poll, and of the one that is shown: the clock may be set back. */
  let last = 0;
  let shown = 0;
  /** With thousands of rows each step takes a while: keys are handled in between. */
  const show = async (polled: Snapshot) => {
    const number = ++last;
    await clock.yieldToEventLoop();
    const snapshot = needsPorts(view().filter) ? await monitor.withPorts(polled) : polled;
    const deadEntries = reconciler.deadEntries(snapshot);
    await clock.yieldToEventLoop();
    // A poll whose ports took longer must not replace a newer one.
    if (number < shown) return;
    shown = number;
    const guard = guardStatus.read(snapshot.workspaces);
    latest = { kind: 'polled', snapshot, deadEntries, guard };
    apply({ ...latest, ...fleet?.merged(snapshot, showsEnded(view())) });
    await clock.yieldToEventLoop();
    draw();
  };
  return {
    /** Polls now. */
    poll: () => void monitor.poll().then(show),
    /** Shows what other machines have reported, beside the last poll of this one. */
    showOthers() {
      if (latest === undefined || pace().paused) return;
      apply({ ...latest, ...fleet?.merged(latest.snapshot, showsEnded(view())) });
      draw();
    },
    /** Restarts the wait with the current interval. */
    reschedule: () => waking.abort(),
    /** Polls until the signal is aborted. */
    run: (signal: AbortSignal) =>
      monitor.run(
        () => {
          if (waking.signal.aborted) waking = new AbortController();
          return { ...pace(), wake: waking.signal };
        },
        show,
        signal,
      ),
  };
}

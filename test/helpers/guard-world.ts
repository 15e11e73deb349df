/** A guard on the machine of the demo, under a manual clock: what it says, writes and polls. */
import { createMonitor } from '../../source/core/inventory/monitor.ts';
import type { GuardStatus } from '../../source/core/model/guard-status.ts';
import type { Snapshot } from '../../source/core/model/model.ts';
import type { CommandTools } from '../../source/core/ports/command-tools.ts';
import type { GuardFiles } from '../../source/core/ports/guard-ports.ts';
import { defaultPolicy } from '../../source/core/termination/policy.ts';
import { createDemoHost } from '../../source/demo/demo.ts';
import type { GuardConfig } from '../../source/guard/config.ts';
import { type Earlier, nothingEarlier } from '../../source/guard/earlier.ts';
import { createGuard } from '../../source/guard/loop.ts';
import type { GuardEvent, Look } from '../../source/guard/observer.ts';
import { cleaning } from '../fixtures/guard.ts';
import { knowledge } from './inventory.ts';
import { manualClock } from './manual-clock.ts';

type WorldOptions = {
  readonly config?: Partial<GuardConfig>;
  readonly dryRun?: boolean;
  readonly isOnce?: boolean;
  /** What earlier guards that ran once have left. */
  readonly earlier?: Earlier;
  /** Nothing is so young that a poll is repeated for it. */
  readonly isSettled?: boolean;
  /** Its machine; by default a new one. */
  readonly machine?: Machine;
  /** Called with the number of each sign of life, from 1. @returns why it could not be written. */
  readonly onBeat?: (count: number) => readonly string[];
  /** Called with the number of each poll, from 1; may change what it returns. */
  readonly onPoll?: (count: number, snapshot: Snapshot, pass: (ms: number) => void) => Snapshot;
};

export type Machine = ReturnType<typeof createMachine>;

export function createMachine() {
  const time = manualClock(Date.UTC(2026, 0, 15, 12));
  return { ...time, host: createDemoHost(time.clock) };
}

export function guardWorld({
  config = {},
  dryRun = false,
  isOnce = false,
  earlier = nothingEarlier,
  isSettled = false,
  machine = createMachine(),
  onBeat = () => [],
  onPoll = (_, each) => each,
}: WorldOptions = {}) {
  const { host, pass } = machine;
  const real = createMonitor(host, knowledge);
  let polls = 0;
  let running = 0;
  let most = 0;
  const polled = async (work: () => Promise<Snapshot>) => {
    most = Math.max(most, ++running);
    const snapshot = await work();
    running--;
    return onPoll(++polls, snapshot, pass);
  };
  const monitor = {
    ...real,
    poll: () => polled(real.poll),
    pollUntilSettled: () => polled(isSettled ? real.poll : real.pollUntilSettled),
  };
  const tools: CommandTools = {
    ...{ host, monitor, recogniser: knowledge.recogniser, policy: defaultPolicy },
    ...{ lockWaitMs: 1000, spareNames: [] },
  };
  const events: GuardEvent[] = [];
  const seen: Look[] = [];
  const written: GuardStatus[] = [];
  const beats: number[] = [];
  const failures: string[] = [];
  const files: GuardFiles = {
    claim: async () => ({ ok: true, value: { release: () => undefined } }),
    read: () => undefined,
    write: (_, status) => void written.push(status),
    beat: (_, at) => void failures.push(...onBeat(beats.push(at))),
    warnings: () => failures.splice(0),
  };
  const sensors = { countDescriptors: () => new Map(), sizeOf: () => undefined };
  const stopping = new AbortController();
  let last = Number.POSITIVE_INFINITY;
  const observer = {
    happened: (event: GuardEvent) => void events.push(event),
    looked(look: Look) {
      seen.push(look);
      if (seen.length >= last) stopping.abort();
    },
  };
  const guard = createGuard({
    ...{ tools, files, sensors, dryRun, observers: [observer] },
    config: { ...cleaning, ...config },
    earlier: isOnce ? earlier : undefined,
  });
  return {
    ...{ guard, events, seen, written, beats, stopping, real, host },
    concurrent: () => most,
    /** Runs until so many looks were made. The last one is not acted on. */
    async looks(count: number) {
      last = count;
      await guard.run(stopping.signal);
      return events;
    },
  };
}

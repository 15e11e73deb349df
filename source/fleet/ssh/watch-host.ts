/** Keeps the stream of snapshots of one host going: `vigil list --json --watch` there. */

import type { Reading } from '../../core/model/model.ts';
import type { Clock } from '../../core/ports/clock.ts';
import { type ContactEvent, retryDelayMs, silentAfter } from '../contact.ts';
import { readFarSnapshot } from '../far-snapshot.ts';
import type { FleetHost } from '../fleet-host.ts';
import type { Channel, ChannelEvents } from './channel.ts';
import { failureOf } from './failure.ts';
import { longestLineBytes } from './line-splitter.ts';

/** A login shell may greet before the first snapshot. */
const mostGreetingLines = 100;
/** Until the first snapshot: to connect, to start Node and to poll. */
const firstAnswerMs = 20_000;
/** A host that is silent for longer is connected to again. */
const longestSilenceMs = 30_000;
/** More than this between two snapshots is a flood. */
const mostBytes = 4 * longestLineBytes;

export type HostTools = {
  readonly clock: Pick<Clock, 'now' | 'steadyNow'>;
  /** Runs vigil there. @returns why it cannot be, if it cannot. */
  open(words: readonly string[], events: ChannelEvents): Promise<Reading<Channel>>;
  /** Ends a shared connection that does not answer. */
  reset(): void;
};

export type HostWatch = {
  /** Ends the current connection, and makes the next one at once. */
  restart(intervalMs: number): void;
  stop(): void;
};

/** @param words more options of `list`. */
export function watchHost(
  host: FleetHost,
  words: readonly string[],
  startIntervalMs: number,
  { clock, open, reset }: HostTools,
  onEvent: (event: ContactEvent) => void,
): HostWatch {
  let intervalMs = startIntervalMs;
  let attempt = 0;
  let channel: Channel | undefined;
  /** Of the connection: what an earlier one still reports is dropped. */
  let turn = 0;
  let timer: NodeJS.Timeout | undefined;
  let parsing: NodeJS.Timeout | undefined;

  const after = (ms: number, work: () => void) => {
    clearTimeout(timer);
    timer = setTimeout(work, ms);
  };
  const leave = () => {
    turn++;
    clearTimeout(timer);
    clearTimeout(parsing);
    channel?.stop();
    channel = undefined;
  };
  const lose = (reason: string) => {
    leave();
    attempt++;
    onEvent({ kind: 'lost', reason, attempt });
    after(retryDelayMs(attempt), () => void connect());
  };
  const giveUp = (reason: string) => {
    // Its shared connection may be what hangs.
    reset();
    lose(reason);
  };
  const connect = async () => {
    leave();
    const own = turn;
    const isOwn = () => own === turn;
    onEvent({ kind: 'connecting' });
    let greetings = 0;
    let hasAnswered = false;
    let bytes = 0;
    let latest = '';
    let parsedAt = Number.NEGATIVE_INFINITY;
    const expectMore = () => {
      const ms = Math.max(longestSilenceMs, 2 * silentAfter * intervalMs);
      after(ms, () => giveUp(`silent for ${Math.round(ms / 1000)} s; connecting again`));
    };
    const read = () => {
      if (!isOwn()) return;
      const reading = readFarSnapshot(latest, host.name, clock.now());
      latest = '';
      bytes = 0;
      parsedAt = clock.steadyNow();
      if (!reading.ok) return lose(reading.reason);
      hasAnswered = true;
      attempt = 0;
      expectMore();
      onEvent({ kind: 'heard', far: reading.value });
    };
    const onLine = (line: string) => {
      if (!isOwn()) return;
      if (!hasAnswered && !line.startsWith('{')) {
        if (++greetings > mostGreetingLines) lose('printed something other than a snapshot');
        return;
      }
      bytes += line.length;
      if (bytes > mostBytes) return lose('prints more than can be read');
      // Whatever it sends, one snapshot in half an interval is read: the last one.
      const isWaiting = latest !== '';
      latest = line;
      if (isWaiting) return;
      const waitMs = parsedAt + intervalMs / 2 - clock.steadyNow();
      if (waitMs <= 0) read();
      else parsing = setTimeout(read, waitMs);
    };
    after(Math.max(firstAnswerMs, silentAfter * intervalMs), () =>
      giveUp(`no answer within ${Math.round(firstAnswerMs / 1000)} s`),
    );
    const opened = await open(
      ['list', '--json', '--watch', '-d', String(intervalMs / 1000), ...words],
      {
        onLine,
        onFlood: () => {
          if (isOwn()) lose('prints more than can be read');
        },
        onEnd: ended => {
          if (isOwn()) lose(failureOf(ended, host.name, host.command));
        },
      },
    );
    if (!isOwn()) {
      if (opened.ok) opened.value.stop();
    } else if (opened.ok) channel = opened.value;
    else lose(opened.reason);
  };
  void connect();
  return {
    restart(ms) {
      intervalMs = ms;
      void connect();
    },
    stop: leave,
  };
}

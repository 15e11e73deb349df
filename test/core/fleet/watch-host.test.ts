import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ContactEvent } from '../../../source/fleet/contact.ts';
import type { ChannelEvents } from '../../../source/fleet/ssh/channel.ts';
import { type HostWatch, watchHost } from '../../../source/fleet/ssh/watch-host.ts';
import { farDocument, host, now } from './far-document.ts';

const intervalMs = 2000;
const line = JSON.stringify(farDocument());

/** A host whose connections the test plays. */
function play() {
  const connections: {
    readonly words: readonly string[];
    readonly events: ChannelEvents;
    isOpen: boolean;
  }[] = [];
  const events: ContactEvent[] = [];
  let resets = 0;
  const watch: HostWatch = watchHost(
    host('devbox'),
    ['--discover'],
    intervalMs,
    {
      clock: { now: () => now, steadyNow: () => Date.now() },
      async open(words, own) {
        const connection = { words, events: own, isOpen: true };
        connections.push(connection);
        const stop = () => {
          connection.isOpen = false;
        };
        return { ok: true, value: { stop, write() {}, end() {} } };
      },
      reset: () => void resets++,
    },
    event => events.push(event),
  );
  const last = () => {
    const connection = connections.at(-1);
    if (connection === undefined) throw new Error('no connection');
    return connection;
  };
  return {
    connections,
    events,
    watch,
    last,
    resets: () => resets,
    kinds: () => events.map(({ kind }) => kind),
  };
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('the stream of a host', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is one vigil list there, after what a shell greets with', async () => {
    const { last, kinds, watch } = play();
    await pass(0);
    expect(last().words).toEqual(['list', '--json', '--watch', '-d', '2', '--discover']);
    last().events.onLine('Welcome!');
    last().events.onLine(line);
    expect(kinds()).toEqual(['connecting', 'heard']);
    watch.stop();
    expect(last().isOpen).toBe(false);
    last().events.onLine(line);
    last().events.onEnd({ code: 0, signal: null, stderr: '' });
    expect(kinds()).toHaveLength(2);
  });

  it('reads one snapshot in half an interval, the last, however many arrive', async () => {
    const { last, events, watch } = play();
    await pass(0);
    last().events.onLine(line);
    for (let count = 0; count < 1000; count++)
      last().events.onLine(JSON.stringify(farDocument({ version: String(count) })));
    expect(events).toHaveLength(2);
    await pass(intervalMs / 2);
    expect(events.slice(2)).toMatchObject([{ kind: 'heard', far: { version: '999' } }]);
    watch.stop();
  });

  it.each([
    ['that is no snapshot', '{"a":1}', 'something other than a snapshot'],
    ['of another schema', '{"schema":"vigil.snapshot/2"}', 'update the older'],
  ])('ends at a line %s', async (_, text, reason) => {
    const { last, events, watch } = play();
    await pass(0);
    last().events.onLine(text);
    expect(last().isOpen).toBe(false);
    expect(events.at(-1)).toMatchObject({ kind: 'lost', reason: expect.stringContaining(reason) });
    watch.stop();
  });

  it('ends if it only greets, or floods', async () => {
    const { last, events, watch } = play();
    await pass(0);
    for (let count = 0; count < 200; count++) last().events.onLine('y');
    expect(events.at(-1)).toMatchObject({ kind: 'lost', attempt: 1 });
    await pass(1000);
    last().events.onLine(line);
    const long = `{${' '.repeat(7_999_998)}}`;
    for (let count = 0; count < 5; count++) last().events.onLine(long);
    expect(events.at(-1)).toMatchObject({ reason: 'prints more than can be read', attempt: 1 });
    watch.stop();
  });

  it('is given up after 20 s without a snapshot, or 30 s of silence, and its shared connection with it', async () => {
    const { last, events, resets, watch } = play();
    await pass(19_999);
    expect(events).toHaveLength(1);
    await pass(1);
    expect(events.at(-1)).toMatchObject({ kind: 'lost', reason: 'no answer within 20 s' });
    expect(resets()).toBe(1);
    await pass(1000);
    last().events.onLine(line);
    await pass(29_999);
    expect(events.at(-1)).toMatchObject({ kind: 'heard' });
    await pass(1);
    expect(events.at(-1)).toMatchObject({
      reason: 'silent for 30 s; connecting again',
      attempt: 1,
    });
    expect(resets()).toBe(2);
    watch.stop();
  });

  it('is tried again after 1, 2, 4 s, and at once on request', async () => {
    const { connections, last, watch } = play();
    await pass(0);
    for (const wait of [1000, 2000, 4000]) {
      last().events.onEnd({ code: 255, signal: null, stderr: 'Connection refused' });
      const before = connections.length;
      await pass(wait - 1);
      expect(connections).toHaveLength(before);
      await pass(1);
      expect(connections).toHaveLength(before + 1);
    }
    last().events.onEnd({ code: 255, signal: null, stderr: '' });
    watch.restart(5000);
    await pass(0);
    expect(connections).toHaveLength(5);
    expect(last().words).toContain('5');
    watch.stop();
    await pass(100_000);
    expect(connections).toHaveLength(5);
  });
});

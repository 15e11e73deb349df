/** The plan of another machine, over a connection that is told what to report. */
import { describe, expect, it } from 'vitest';
import type { ChannelEvents } from '../../../source/fleet/ssh/channel.ts';
import { planOn } from '../../../source/fleet/ssh/far-plan.ts';
import { host } from './far-document.ts';

const question = { frame: 'questions', questions: [{ text: 'End it?' }] };
const emptyLog = [
  { frame: 'json', value: { entries: [] } },
  { frame: 'exit', code: 0 },
];

/** A plan that waits for its confirmation. @param more of the question. */
async function planned(more: object = {}) {
  const opened: { readonly words: readonly string[]; readonly events: ChannelEvents }[] = [];
  const written: string[] = [];
  let now = 0;
  const reading = await planOn(
    host('devbox'),
    { host: 'devbox', verb: 'kill', targets: [] },
    {
      async open(words, events) {
        opened.push({ words, events });
        const answer = words.includes('log') ? emptyLog : [{ ...question, ...more }];
        for (const frame of [{ frame: 'hello', schema: 'vigil.far/1' }, ...answer])
          events.onLine(JSON.stringify(frame));
        return { ok: true, value: { write: text => written.push(text), end() {}, stop() {} } };
      },
      reset() {},
      clock: {
        async sleep(ms) {
          now += ms;
        },
        steadyNow: () => now,
      },
      closing: new AbortController().signal,
    },
  );
  if (!reading.ok) throw new Error(reading.reason);
  return {
    plan: reading.value,
    written,
    pass(ms: number) {
      now += ms;
    },
    cut: () => opened[0]?.events.onEnd({ code: 255, signal: null, stderr: '' }),
    reads: () => opened.filter(({ words }) => words.includes('log')).length,
    now: () => now,
  };
}

describe('a plan on another machine', () => {
  it('is not confirmed once its connection has dropped, and no outcome is searched for', async () => {
    const { plan, written, cut, reads } = await planned();
    cut();
    const lost: string[] = [];
    expect(await plan.execute(why => lost.push(why))).toEqual({
      ...{ kind: 'known', code: 5, lines: [] },
      messages: ['the connection was lost, before the confirmation: nothing was done'],
    });
    expect([written, lost, reads()]).toEqual([[], [], 0]);
  });

  it('is without a trace only when its confirmation cannot be accepted any more', async () => {
    const { plan, written, pass, cut, reads, now } = await planned({ takesDelay: true });
    pass(5000);
    const outcome = plan.execute();
    cut();
    expect(await outcome).toMatchObject({ kind: 'lost' });
    expect(written).toEqual(['yes {"delayMs":5000}\n']);
    expect(now()).toBeGreaterThanOrEqual(5000 + 35_000);
    // Each starts a vigil there.
    expect(reads()).toBeLessThan(10);
  });

  it('of an older vigil is confirmed in the words that it knows', async () => {
    const { plan, written, cut, reads } = await planned({ takesReason: true });
    const outcome = plan.execute(undefined, 'stuck');
    cut();
    expect(await outcome).toMatchObject({ kind: 'lost' });
    expect([written, reads()]).toEqual([['yes "stuck"\n'], 3]);
  });
});

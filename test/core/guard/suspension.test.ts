/** A guard that was stopped, or whose machine slept, notices it; a busy machine is no suspension. */
import { describe, expect, it } from 'vitest';
import { createSuspension } from '../../../source/guard/suspension.ts';
import { takenOver } from '../../../source/guard/take-over.ts';
import { manualClock } from '../../helpers/manual-clock.ts';

describe('a suspension', () => {
  it('within a sleep or between two beats is noticed, once', async () => {
    const { clock, pass } = manualClock(1000);
    const suspension = createSuspension({ ...clock, sleep: async ms => pass(ms + 7000) }, true);
    await suspension.clock.sleep(500);
    expect(suspension.hasBeen()).toBe(true);
    expect(suspension.take()).toBeGreaterThan(5000);
    expect(suspension.take()).toBe(0);
    pass(60_000);
    suspension.beat();
    expect(suspension.hasBeen()).toBe(true);
  });

  it('is also a clock that was set back: earlier polls do not count', () => {
    const { clock, pass, setBack } = manualClock(1_000_000);
    const suspension = createSuspension(clock, true);
    setBack(600_000);
    expect(suspension.take()).toBe(600_000);
    pass(1000);
    // Less is a correction, not a step.
    setBack(2000);
    expect(suspension.take()).toBe(0);
  });

  it('is none where work takes as long as it may', async () => {
    const { clock, pass } = manualClock(1000);
    const suspension = createSuspension(clock, false);
    for (const ms of [30_000, 300_000]) await suspension.clock.sleep(ms);
    pass(5900);
    expect(suspension.take()).toBe(0);
  });
});

describe('what a guard says about the one before it', () => {
  const previous = { pid: 412, start: '9', bootId: 'b', startedAt: 0 };
  const status = { ...previous, alerts: [], health: 'good' as const, doing: 'end a-1' };
  const deed = {
    ...{ kind: 'end' as const, at: 1, target: 'agent:a-1', agentId: 'a-1', outcome: 'interrupted' },
    ...{ notes: [], archived: [], signals: [], by: { pid: 412, start: '9', uid: 0 } },
  };
  const about = { previous, status, deeds: [deed], resumed: [{ pid: 7, start: '1' }], bootId: 'b' };

  it('is nothing if it released its lock', () => {
    expect(takenOver({ ...about, previous: undefined })).toBeUndefined();
  });

  it('names what it was doing, which endings were interrupted, and what was resumed', () => {
    expect(takenOver(about)?.text).toBe(
      'took over from pid 412 (since 1970-01-01T00:00:00.000Z), which exited without stopping: unfinished: end a-1; interrupted: a-1; resumed 1 stopped process',
    );
  });

  it('leaves out what another process did', () => {
    const other = {
      ...about,
      status: { ...status, start: '8' },
      resumed: [],
      bootId: 'c',
      deeds: [{ ...deed, by: { ...deed.by, start: '8' } }],
    };
    expect(takenOver(other)?.text).toContain(
      'which exited before this boot without stopping: nothing was unfinished',
    );
  });
});

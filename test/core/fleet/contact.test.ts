import { describe, expect, it } from 'vitest';
import { newHostState, nextHostState, retryDelayMs } from '../../../source/fleet/contact.ts';
import { rowsOf } from '../../../source/fleet/fleet-rows.ts';
import { contactFault, mergedSnapshot } from '../../../source/fleet/merged-snapshot.ts';
import { farDocument, farSnapshot, host } from './far-document.ts';

const intervalMs = 2000;
const heard = { kind: 'heard', far: farSnapshot(farDocument()) } as const;
const tick = { kind: 'tick' } as const;

describe('the state of a host', () => {
  const start = newHostState(host('devbox'), 0);
  const talking = nextHostState(start, heard, 1000, intervalMs);

  it('is heard for three intervals, then silent, and its rows are unknown: never ghosts', () => {
    expect(nextHostState(talking, tick, 6999, intervalMs)).toBe(talking);
    expect(rowsOf(talking).map(row => row.class)).toEqual(['live', 'ghost']);
    const silent = nextHostState(talking, tick, 7000, intervalMs);
    expect(silent).toMatchObject({ contact: { kind: 'silent', since: 1000 }, isStale: true });
    expect(rowsOf(silent).map(row => row.class)).toEqual(['unknown', 'unknown']);
    expect(rowsOf(silent)[1]?.evidence[0]).toMatchObject({ kind: 'unread', strength: 'doubt' });
    expect(rowsOf(silent)).toBe(rowsOf(silent));
    expect(contactFault(silent)).toBe('devbox: silent; its rows are unknown');
    expect(mergedSnapshot([silent], 0).totals).toMatchObject({ unknown: 2, ghost: 0, live: 0 });
    const again = nextHostState(silent, heard, 9000, intervalMs);
    expect(again).toMatchObject({ contact: { kind: 'heard', at: 9000 }, isStale: false });
  });

  it('keeps its rows over a short loss of the connection, and no longer', () => {
    const lost = { kind: 'lost', reason: 'the connection was lost', attempt: 1 } as const;
    const failed = nextHostState(talking, lost, 2000, intervalMs);
    expect(failed).toMatchObject({ contact: { kind: 'failed', retryAt: 3000 }, isStale: false });
    const trying = nextHostState(failed, { kind: 'connecting' }, 3000, intervalMs);
    expect(trying).toMatchObject({ contact: { kind: 'connecting' }, isStale: false });
    expect(nextHostState(trying, tick, 7000, intervalMs).isStale).toBe(true);
    expect(nextHostState(failed, { ...lost, attempt: 2 }, 8000, intervalMs).isStale).toBe(true);
  });

  it('has no rows before it was heard, and is never stale then', () => {
    expect(nextHostState(start, tick, 1e9, intervalMs)).toBe(start);
    expect(rowsOf(start)).toEqual([]);
    expect(mergedSnapshot([start, talking], 5).rows).toHaveLength(2);
  });

  it('waits twice as long after each attempt, and a minute at most', () => {
    expect([1, 2, 3, 6, 7, 50].map(retryDelayMs)).toEqual([
      1000, 2000, 4000, 32_000, 60_000, 60_000,
    ]);
  });
});

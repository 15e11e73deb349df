/** Zombies in the last poll: their parents get time to reap them. */
import { expect, it } from 'vitest';
import type { Process } from '../../source/core/model/model.ts';
import { lastPoll } from '../../source/core/termination/last-poll.ts';
import { emptyHost } from '../helpers/empty-host.ts';
import {
  agentParts,
  firstEnded,
  inventory,
  now,
  planned,
  process,
  serverPid,
} from '../helpers/inventory.ts';
import { manualClock } from '../helpers/manual-clock.ts';

const claude = process(5001, serverPid, 'claude');
const target = firstEnded(planned(inventory(agentParts('a', [claude]))).plan);
const result = {
  target,
  outcome: 'exited',
  processes: target.members.map(member => ({ ...member, outcome: 'exited' }) as const),
  ...{ signals: [], spared: [], escalated: false, attempts: 1, durationMs: 0, errors: [] },
} as const;

const never = Number.POSITIVE_INFINITY;

/** @param ppid its parent now. @param reapedAtMs when that reaps it. @param readMs one poll takes.
 * @param reapsWhenAsked its tmux server has missed that it died. */
async function poll({ ppid = serverPid, reapedAtMs = never, readMs = 10, reapsWhenAsked = false }) {
  const { clock, pass } = manualClock(now);
  const zombie: Process = { ...claude, ppid, state: 'Z', argv: [] };
  const read = async () => {
    const isReaped = clock.steadyNow() >= reapedAtMs || (reapsWhenAsked && asked.length > 0);
    const value = isReaped ? [] : [zombie];
    pass(readMs);
    return { ok: true, value } as const;
  };
  const asked: number[] = [];
  const reapChildren = async ({ serverPid: pid }: { serverPid: number }) => {
    asked.push(pid);
    return { ok: true, value: true } as const;
  };
  const host = {
    ...{ ...emptyHost, clock, processes: { ...emptyHost.processes, read } },
    sessions: { ...emptyHost.sessions, reapChildren },
  };
  const found = await lastPoll(host, [result], { before: new Set(), back: new Map() });
  return { errors: found(result).errors, waitedMs: clock.steadyNow(), asked };
}

const notReaped = (ppid: number) => [`pid 5001 is dead but not reaped by its parent ${ppid}`];

it('a parent that reaps it soon is not named', async () => {
  expect((await poll({ reapedAtMs: 900 })).errors).toEqual([]);
});

it('a parent that never reaps it is named after a second', async () => {
  const { errors, waitedMs } = await poll({});
  expect(errors).toEqual(notReaped(serverPid));
  expect(waitedMs).toBeLessThan(1500);
});

it('init gets two seconds', async () => {
  expect((await poll({ ppid: 1, reapedAtMs: 1900 })).errors).toEqual([]);
  expect((await poll({ ppid: 1 })).errors).toEqual(notReaped(1));
});

it('a parent gets its second on a machine where one poll takes longer than that', async () => {
  expect((await poll({ reapedAtMs: 1400, readMs: 1500 })).errors).toEqual([]);
});

it('a tmux server that has missed its exit is asked to reap it, once', async () => {
  const { errors, asked, waitedMs } = await poll({ reapsWhenAsked: true });
  expect([errors, asked]).toEqual([[], [serverPid]]);
  expect(waitedMs).toBeLessThan(300);
  expect((await poll({})).asked).toEqual([serverPid]);
});

it('no tmux server is asked about what it did not start', async () => {
  expect((await poll({ ppid: 1 })).asked).toEqual([]);
  expect((await poll({ ppid: 4242 })).asked).toEqual([]);
});
